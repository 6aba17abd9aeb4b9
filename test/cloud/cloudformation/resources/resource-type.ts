import type { Parameters } from '../../service.ts';
import type { Tags } from '../../state.ts';
import type { Answer } from '../context.ts';
import type { StackResource } from '../stack.ts';
import type { Block } from '../template/template.ts';

/** What a change of a property does: it is made in place, or another physical resource takes the place of this one. */
export type Change = 'in place' | 'replacement';

/** One type of resource: what it takes, what it gives, and how the cloud's own actions make it. */
export interface ResourceType {
  /** Every property that may be given (template reference); `Tags` is apart. */
  properties: Record<string, Change>;
  required: string[];
  /** What Fn::GetAtt may ask for. */
  attributes: string[];
  /** Whether CloudFormation gives it tags. */
  tagged: boolean;
  /** The property that gives the physical name, where there is one. */
  nameProperty?: string;
  create(work: Work, wanted: WantedResource): Promise<Made>;
  /** Changes it in place. */
  update(work: Work, wanted: WantedResource, current: StackResource): Promise<Partial<Made>>;
  /** Takes an update back, when that is not an update with the old properties. */
  restore?(work: Work, before: StackResource, current: StackResource): Promise<Partial<Made>>;
  remove(work: Work, resource: StackResource): Promise<void>;
}

/** What a resource is to be. */
export interface WantedResource {
  properties: Block;
  /** Tags of the stack and of the resource, and those that CloudFormation adds. */
  tags: Tags;
  updatePolicy?: Block | undefined;
  creationPolicy?: Block | undefined;
}

/** What came of it. */
export interface Made {
  physicalId: string;
  attributes: Record<string, string>;
}

/** What a type may do while it works on one resource of a stack. */
export interface Work {
  stackName: string;
  logicalId: string;
  call(service: string, action: string, parameters: Parameters): Promise<Answer>;
  /** Notes an event about what goes on. */
  note(reason: string): void;
  /** The physical id as soon as there is one, for the events to come. */
  initiated(physicalId: string): void;
  /** Waits for signals to this resource; times in milliseconds. */
  signals(wanted: { count: number; least: number; timeout: number }): Promise<{ successes: number; failures: number }>;
  /** Waits until there is an answer. Throws when that takes too long, or the work has to end. */
  until<T>(what: string, look: () => Promise<T | undefined>): Promise<T>;
  pause(milliseconds: number): Promise<void>;
}

/** A resource could not be made, changed or deleted; the message is what its event says. */
export class ResourceFailure extends Error {}
