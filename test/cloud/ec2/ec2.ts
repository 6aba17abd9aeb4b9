import type { Machines } from '../instances/machines.ts';
import { type Action, type Call, Fault, type Service } from '../service.ts';
import { REGION, REGIONS, type State } from '../state.ts';
import { Background } from './background.ts';
import type { Ec2Context } from './context.ts';
import { copyImageActions } from './copy-image.ts';
import { createImageActions } from './create-image.ts';
import { imageAttributeActions } from './image-attributes.ts';
import { imageActions } from './images.ts';
import { instanceAttributeActions } from './instance-attributes.ts';
import { forgetTerminated, instanceWentDown, lifecycleActions } from './instance-lifecycle.ts';
import { instanceStatusActions } from './instance-status.ts';
import { instanceTypeActions } from './instance-types.ts';
import { instanceActions } from './instances.ts';
import { keyPairActions } from './key-pairs.ts';
import { readLaunchRequest } from './launch-request.ts';
import { launchTemplateVersionActions } from './launch-template-versions.ts';
import { launchTemplateActions } from './launch-templates.ts';
import { networkActions } from './network.ts';
import { refuseElsewhere, stateElsewhere } from './other-regions.ts';
import { flag } from './parameters.ts';
import { regionActions } from './regions.ts';
import { runInstancesActions } from './run-instances.ts';
import { securityGroupActions } from './security-groups.ts';
import { settle, stopAll } from './settle.ts';
import { snapshotAttributeActions } from './snapshot-attributes.ts';
import { snapshotActions } from './snapshots.ts';
import { tagActions } from './tagging.ts';
import { volumeActions } from './volumes.ts';

export interface Ec2Options {
  /** The cloud's folder: images keep their files in `<folder>/layers`. */
  folder: string;
  state: State;
  machines: Machines;
  /** Keeps the state. */
  changed(): void;
  log(line: string): void;
  /** The clock, for tests. */
  now?(): Date;
}

export interface Ec2 {
  actions: Service;
  /** Brings in order what an earlier run left in the middle. To be called after machines.start(), before any action. */
  settle(): Promise<void>;
  /** Waits for what is going on and marks every instance stopped. To be called before machines.stop(). */
  stop(): Promise<void>;
  /** Resolves when nothing goes on behind the actions. */
  idle(): Promise<void>;
}

/** EC2, as far as packer and the image factory ask of it. Any action that is not here is refused. */
export function createEc2(options: Ec2Options): Ec2 {
  const { state, machines, changed, log } = options;
  const background = new Background(log);
  const context: Ec2Context = { now: () => new Date(), ...options, background, region: REGION, account: state };
  machines.onDown((instanceId, how) => instanceWentDown(context, instanceId, how));
  const actions = actionsOf(context);
  const elsewhere = new Map(
    REGIONS.slice(1).map(region => [region, actionsOf({ ...context, region, state: stateElsewhere(state, region) })]),
  );
  const wrap = (name: string, action: Action): Action => {
    const isRead = /^(Describe|Get)/.test(name);
    return async (parameters, call) => {
      forgetTerminated(state, context.now());
      if (flag(parameters, 'DryRun')) refuseDryRun(name, state, { ...call, parameters });
      const there = elsewhere.get(call.region);
      if (there) refuseElsewhere(name, call.region);
      const answer = await (there?.[name] ?? action)(parameters, call);
      if (!isRead) changed();
      return answer;
    };
  };
  return {
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, wrap(name, action)])),
    settle: () => settle(context),
    stop: () => stopAll(context),
    idle: () => background.idle(),
  };
}

/** Every action, on one region. */
function actionsOf(context: Ec2Context): Service {
  return {
    ...copyImageActions(context),
    ...createImageActions(context),
    ...imageActions(context),
    ...imageAttributeActions(context),
    ...instanceActions(context),
    ...instanceAttributeActions(context),
    ...instanceStatusActions(context),
    ...instanceTypeActions(),
    ...keyPairActions(context),
    ...launchTemplateActions(context),
    ...launchTemplateVersionActions(context),
    ...lifecycleActions(context),
    ...networkActions(context),
    ...regionActions(context),
    ...runInstancesActions(context),
    ...securityGroupActions(context),
    ...snapshotActions(context),
    ...snapshotAttributeActions(context),
    ...tagActions(context),
    ...volumeActions(context),
  };
}

/** EC2 answers a call that was only tried with an error, too. Packer tries launches, so those are checked before. */
function refuseDryRun(name: string, state: State, { parameters, caller }: Call): never {
  if (name === 'RunInstances') readLaunchRequest(state, parameters, caller);
  throw new Fault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}
