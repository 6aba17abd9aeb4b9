import { groupResource } from '../autoscaling/group-resource.ts';
import { lookUpStack } from '../cloudformation/stack.ts';
import { managedPolicyDocument } from '../iam/managed-policies.ts';
import type { Caller, Parameters } from '../service.ts';
import { ACCOUNT, REGION, type State } from '../state.ts';
import { callerArn } from './caller-arn.ts';
import { type Ec2State, ec2Questions, passRole } from './ec2-questions.ts';
import { type Decision, evaluate, type PolicyQuestion, parsePolicy } from './policy.ts';
import type { Protocol } from './protocol.ts';
import { notAuthorized } from './refusals.ts';

/** What a caller's own rights say: the operator may do everything, a role what its policies allow. */
export function identityDecision(caller: Caller, roles: State['roles'], question: PolicyQuestion): Decision {
  if (caller.kind !== 'role') return 'allowed';
  const role = roles[caller.role];
  const policies = [
    ...Object.values(role?.policies ?? {}),
    ...(role?.managedPolicies ?? []).map(managedPolicyDocument),
  ];
  return evaluate(policies.flatMap(parsePolicy), question);
}

/** What rights are about. */
type AuthorizedState = Ec2State & Pick<State, 'autoScalingGroups' | 'roles' | 'stacks'>;

/** Throws the protocol's refusal when a caller may not call this action of EC2, IAM, STS or SSM. */
export function authorizeAction(
  protocol: Protocol,
  caller: Caller,
  state: AuthorizedState,
  { service, name, parameters }: { service: string; name: string; parameters: Parameters },
): void {
  if (service === 'sts' && name === 'GetCallerIdentity') return;
  if (caller.kind !== 'role') return;
  for (const question of questionsOf(service, name, parameters, state)) {
    const decision = identityDecision(caller, state.roles, question);
    if (decision === 'allowed') continue;
    const { action, resource } = question;
    throw notAuthorized(protocol, callerArn(caller), action, resource, reasonOf(decision, action));
  }
}

/** All that a caller's policies have to allow. */
function questionsOf(service: string, name: string, parameters: Parameters, state: AuthorizedState): PolicyQuestion[] {
  const action = `${service}:${name}`;
  if (service === 'ec2') return ec2Questions(name, parameters, state);
  if (service === 'ssm') return parameterArns(parameters).map(resource => ({ action, resource }));
  if (service === 'autoscaling') return [{ action, resource: groupResource(state, name, parameters) }];
  if (service === 'cloudformation') return [{ action, resource: stackResource(name, parameters, state.stacks) }];
  if (service !== 'iam') return [{ action, resource: '*' }];
  const question = { action, resource: iamResource(parameters) };
  return name === 'AddRoleToInstanceProfile' ? [question, passRole(String(parameters.RoleName))] : [question];
}

/** The parameters of SSM that a call is about; those that AWS publishes are of no account. */
function parameterArns({ Name, Names, Path }: Parameters): string[] {
  const names = [Name ?? Names ?? Path ?? []].flat().filter(name => typeof name === 'string');
  return names.map(name => {
    if (name.startsWith('arn:')) return name;
    const account = name.startsWith('/aws/') ? '' : ACCOUNT;
    return `arn:aws:ssm:${REGION}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
  });
}

/** The stack that a call is about; a name without a stack stands for any stack of that name. */
function stackResource(name: string, { StackName, ChangeSetName }: Parameters, stacks: State['stacks']): string {
  if (typeof StackName !== 'string' || name === 'ValidateTemplate') {
    return typeof ChangeSetName === 'string' && ChangeSetName.startsWith('arn:') ? ChangeSetName : '*';
  }
  if (StackName.startsWith('arn:')) return StackName;
  const ofName = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${StackName}/*`;
  return lookUpStack({ stacks }, StackName)?.stackId ?? ofName;
}

/** What a call to IAM is about (service authorization reference, "Actions ... for AWS IAM"); `*` for lists. */
function iamResource({ InstanceProfileName, RoleName }: Parameters): string {
  if (InstanceProfileName !== undefined) return `arn:aws:iam::${ACCOUNT}:instance-profile/${InstanceProfileName}`;
  return RoleName === undefined ? '*' : `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
}

/** The end of AWS's sentence about a refusal. */
export function reasonOf(decision: Decision, action: string): string {
  return decision === 'denied explicitly'
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
}
