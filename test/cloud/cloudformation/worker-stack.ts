import {
  CreateStackCommand,
  type CreateStackCommandInput,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  SignalResourceCommand,
  type Stack,
  type StackEvent,
  UpdateStackCommand,
  type UpdateStackCommandInput,
} from '@aws-sdk/client-cloudformation';
import { BASE_IMAGE_ID, type FakeCloud, TYPE } from '../fake-cloud.ts';
import { WORKER } from './sample-templates.ts';

/** For tests: parameters as the API takes them. */
export function given(parameters: Record<string, string>) {
  return Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));
}

/** For tests: asks for a worker stack called `worker`. */
export function createWorker(
  { cloudFormation }: FakeCloud,
  parameters: Record<string, string> = {},
  input: Partial<CreateStackCommandInput> = {},
) {
  return cloudFormation.send(
    new CreateStackCommand({
      StackName: 'worker',
      TemplateBody: WORKER,
      Capabilities: ['CAPABILITY_IAM'],
      Parameters: given({ realm: 'dev', amiId: BASE_IMAGE_ID, workerInstanceType: TYPE, ...parameters }),
      ...input,
    }),
  );
}

/** For tests: asks for an update of the worker stack that changes these parameters alone. */
export function updateWorker(
  { cloudFormation, state }: FakeCloud,
  parameters: Record<string, string>,
  input: Partial<UpdateStackCommandInput> = {},
) {
  const before = Object.values(state.stacks).find(({ stackName }) => stackName === 'worker')!.wanted.parameters;
  const kept = Object.keys(before).filter(name => !Object.hasOwn(parameters, name));
  return cloudFormation.send(
    new UpdateStackCommand({
      StackName: 'worker',
      UsePreviousTemplate: true,
      Capabilities: ['CAPABILITY_IAM'],
      Parameters: [...kept.map(ParameterKey => ({ ParameterKey, UsePreviousValue: true })), ...given(parameters)],
      ...input,
    }),
  );
}

/** For tests: another image that can be launched. */
export function addImage({ state }: FakeCloud, imageId: string): string {
  state.images[imageId] = { ...state.images[BASE_IMAGE_ID]!, imageId, name: imageId };
  return imageId;
}

export async function describe({ cloudFormation }: FakeCloud, StackName = 'worker'): Promise<Stack> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  return Stacks![0]!;
}

/** For tests: waits until nothing happens to the stack any more, and gives its status. */
export async function settled(cloud: FakeCloud, StackName = 'worker'): Promise<string> {
  for (;;) {
    const { StackStatus } = await describe(cloud, StackName);
    if (!StackStatus!.endsWith('IN_PROGRESS')) return StackStatus!;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** For tests: events of the stack, oldest first, as `Group UPDATE_FAILED: reason`. */
export async function events({ cloudFormation }: FakeCloud, StackName = 'worker'): Promise<string[]> {
  const { StackEvents } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents!.toReversed().map(eventLine);
}

function eventLine({ LogicalResourceId, ResourceStatus, ResourceStatusReason }: StackEvent): string {
  return `${LogicalResourceId} ${ResourceStatus}${ResourceStatusReason ? `: ${ResourceStatusReason}` : ''}`;
}

/** For tests: ids of the instances that live, oldest first. */
export function live({ state }: FakeCloud): string[] {
  return Object.values(state.instances)
    .filter(instance => /pending|running/.test(instance.state))
    .map(({ instanceId }) => instanceId);
}

/** For tests: instances that come up signal, as a worker does at the end of its boot; the function given says how. */
export function answering(cloud: FakeCloud, statusOf: (instanceId: string) => 'SUCCESS' | 'FAILURE' | undefined) {
  const heard = new Set<string>();
  const timer = setInterval(async () => {
    for (const UniqueId of live(cloud)) {
      const Status = statusOf(UniqueId);
      if (heard.has(UniqueId) || cloud.state.instances[UniqueId]!.state !== 'running' || !Status) continue;
      heard.add(UniqueId);
      const signal = { StackName: 'worker', LogicalResourceId: 'Group', UniqueId, Status };
      await cloud.cloudFormation.send(new SignalResourceCommand(signal)).catch(() => heard.delete(UniqueId));
    }
  }, 5);
  return () => clearInterval(timer);
}
