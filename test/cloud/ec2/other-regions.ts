import { newState, REGION, type State } from '../state.ts';
import { unsupported } from './parameters.ts';

/** The account as it is in a region. */
export function stateIn(account: State, region: string): State {
  return region === REGION ? account : stateElsewhere(account, region);
}

/** The account as it is in another region than the first: images, snapshots, and nothing to launch them with. */
export function stateElsewhere(account: State, region: string): State {
  account.elsewhere[region] ??= { images: {}, snapshots: {} };
  const { images, snapshots } = account.elsewhere[region];
  return { ...newState(), vpcs: {}, subnets: {}, securityGroups: {}, images, snapshots };
}

/** What may be done in other regions, beside looking: whatever is about images and snapshots that are there. */
const POSSIBLE =
  /^(Describe|Get|(Create|Delete)Tags$|CopyImage$|(Deregister|Modify|Reset|Enable|Disable)Image|(Delete|Modify)Snapshot)/;

/** Throws Unsupported for an action that would make something there that is neither image nor snapshot. */
export function refuseElsewhere(action: string, region: string): void {
  if (POSSIBLE.test(action)) return;
  throw unsupported(`${action} in ${region}; but for images and snapshots, everything is in ${REGION}`);
}
