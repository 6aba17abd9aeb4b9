import { Fault, type Parameters } from '../service.ts';
import type { RenderedOutput } from './template/plan.ts';
import type { Block } from './template/template.ts';

/** The part of the state that has stacks, by id. */
type State = { stacks: Record<string, Stack> };

/** A stack as the API shows it (API reference, data type Stack), and what is needed to change it again. */
export interface Stack {
  stackId: string;
  stackName: string;
  status: string;
  statusReason?: string;
  createdAt: string;
  updatedAt?: string;
  deletedAt?: string;
  /** What is deployed, or is being deployed. */
  wanted: Wanted;
  /** While an update is under way, or could be neither finished nor taken back: what there was before. */
  before?: { wanted: Wanted; resources: Record<string, StackResource>; outputs: Record<string, RenderedOutput> };
  onFailure: 'DO_NOTHING' | 'ROLLBACK' | 'DELETE';
  timeoutInMinutes?: number;
  /** By logical id. */
  resources: Record<string, StackResource>;
  /** Physical resources that something else has taken the place of, until they are deleted. */
  discarded: StackResource[];
  outputs: Record<string, RenderedOutput>;
  /** What the caller of the latest operation calls it; its events carry it. */
  token?: string;
  /** Oldest first. */
  events: StackEvent[];
  changeSetId?: string;
  /** By name. */
  changeSets: Record<string, ChangeSet>;
}

/** What a user asks of a stack. */
export interface Wanted {
  /** Key of the template in the state. */
  template: string;
  /** The text of every parameter, defaults included. */
  parameters: Record<string, string>;
  tags: Record<string, string>;
  capabilities: string[];
  notificationArns: string[];
  roleArn?: string;
}

export interface StackResource {
  logicalId: string;
  physicalId: string;
  type: string;
  status: string;
  statusReason?: string;
  updatedAt: string;
  /** With all functions done. */
  properties: Block;
  /** What Fn::GetAtt gives. */
  attributes: Record<string, string>;
  tags: Record<string, string>;
  updatePolicy?: Block;
  creationPolicy?: Block;
  deletionPolicy?: string;
}

export interface StackEvent {
  eventId: string;
  logicalId: string;
  physicalId: string;
  type: string;
  status: string;
  reason?: string;
  time: string;
  token?: string;
}

export interface ChangeSet {
  changeSetId: string;
  name: string;
  kind: 'CREATE' | 'UPDATE';
  description?: string;
  createdAt: string;
  status: string;
  statusReason?: string;
  executionStatus: string;
  wanted: Wanted;
  onFailure: Stack['onFailure'];
  /** In the words of the API (data type ResourceChange). */
  changes: Block[];
}

export const STACK_TYPE = 'AWS::CloudFormation::Stack';

/** The stack of this name or id; a deleted one is known by its id alone. Throws ValidationError. */
export function findStack({ stacks }: State, nameOrId: string): Stack {
  const found = lookUpStack({ stacks }, nameOrId);
  if (found) return found;
  throw new Fault('ValidationError', `Stack with id ${nameOrId} does not exist`);
}

/** The same, or undefined. */
export function lookUpStack({ stacks }: State, nameOrId: string): Stack | undefined {
  if (Object.hasOwn(stacks, nameOrId)) return stacks[nameOrId];
  return Object.values(stacks).find(({ stackName, status }) => stackName === nameOrId && status !== 'DELETE_COMPLETE');
}

/** Notes what the caller of an operation calls it, if at all. */
export function called(stack: Stack, { ClientRequestToken: token }: Parameters): Stack {
  if (typeof token === 'string') stack.token = token;
  else delete stack.token;
  return stack;
}

/** True while something happens to the stack. */
export function isBusy({ status }: Stack): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}
