import type { Caller } from '../service.ts';
import { ACCOUNT } from '../state.ts';

/** The ARN under which AWS would name a caller, as GetCallerIdentity and refusals show it. */
export function callerArn(caller: Caller): string {
  if (caller.kind === 'operator') return `arn:aws:iam::${ACCOUNT}:user/operator`;
  if (caller.kind === 'role') return `arn:aws:sts::${ACCOUNT}:assumed-role/${caller.role}/${caller.instanceId}`;
  return `arn:aws:iam::${ACCOUNT}:role/aws-service-role/${caller.service}.amazonaws.com`;
}

/** Every name by which a policy's Principal may mean this caller. */
export function principalsOf(caller: Caller): string[] {
  const account = [ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`];
  const role = caller.kind === 'role' ? [`arn:aws:iam::${ACCOUNT}:role/${caller.role}`] : [];
  return [callerArn(caller), ...role, ...account];
}
