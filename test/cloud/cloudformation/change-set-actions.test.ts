import {
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  ListChangeSetsCommand,
  ValidateTemplateCommand,
  waitUntilChangeSetCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { expect, onTestFinished, test } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, fakeCloud, TYPE } from '../fake-cloud.ts';
import { NOTHING, WORKER } from './sample-templates.ts';
import { addImage, answering, createWorker, describe, given, live, settled } from './worker-stack.ts';

const NEW = 'ami-0e000000000000001';
const named = { StackName: 'worker', ChangeSetName: 'changes' };

async function ask({ cloudFormation }: FakeCloud, input: Partial<CreateChangeSetCommandInput>) {
  await cloudFormation.send(new CreateChangeSetCommand({ ...named, Capabilities: ['CAPABILITY_IAM'], ...input }));
  await waitUntilChangeSetCreateComplete({ client: cloudFormation, maxWaitTime: 5, minDelay: 1 }, named).catch(
    () => {},
  );
  return cloudFormation.send(new DescribeChangeSetCommand(named));
}

/** The update that only names another image. */
function anotherImage(cloud: FakeCloud): Partial<CreateChangeSetCommandInput> {
  const kept = Object.keys(Object.values(cloud.state.stacks)[0]!.wanted.parameters).filter(name => name !== 'amiId');
  return {
    UsePreviousTemplate: true,
    Parameters: [...kept.map(ParameterKey => ({ ParameterKey, UsePreviousValue: true })), ...given({ amiId: NEW })],
  };
}

async function worker(): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  addImage(cloud, NEW);
  await createWorker(cloud);
  onTestFinished(answering(cloud, () => 'SUCCESS'));
  await settled(cloud);
  return cloud;
}

test('a template with macros needs a capability for itself, and none for a change set', async () => {
  const cloud = await fakeCloud();
  const TemplateBody = `Transform: AWS::LanguageExtensions\n${NOTHING}`;
  await expect(
    cloud.cloudFormation.send(new CreateStackCommand({ StackName: 'worker', TemplateBody })),
  ).rejects.toMatchObject({ name: 'InsufficientCapabilitiesException', message: /CAPABILITY_AUTO_EXPAND/ });
  expect(await ask(cloud, { TemplateBody, ChangeSetType: 'CREATE' })).toMatchObject({ Status: 'CREATE_COMPLETE' });
});

test('the change set of another image says what it touches, does it when it is executed, and is gone then', async () => {
  const cloud = await worker();
  const { Changes, Status, ExecutionStatus, Parameters } = await ask(cloud, anotherImage(cloud));
  expect({ Status, ExecutionStatus }).toEqual({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
  expect(Parameters).toContainEqual({ ParameterKey: 'amiId', ParameterValue: NEW });
  expect(Changes!.map(({ ResourceChange }) => ResourceChange)).toMatchObject([
    {
      Action: 'Modify',
      LogicalResourceId: 'Template',
      ResourceType: 'AWS::EC2::LaunchTemplate',
      PhysicalResourceId: expect.stringMatching(/^lt-/),
      Replacement: 'False',
      Scope: ['Properties'],
      Details: [
        {
          Target: { Attribute: 'Properties', Name: 'LaunchTemplateData', RequiresRecreation: 'Never' },
          Evaluation: 'Static',
          ChangeSource: 'ParameterReference',
          CausingEntity: 'amiId',
        },
        { Evaluation: 'Dynamic', ChangeSource: 'DirectModification' },
      ],
    },
    {
      Action: 'Modify',
      LogicalResourceId: 'Group',
      Replacement: 'False',
      Details: [
        {
          Target: { Attribute: 'Properties', Name: 'LaunchTemplate' },
          Evaluation: 'Dynamic',
          ChangeSource: 'ResourceAttribute',
          CausingEntity: 'Template.LatestVersionNumber',
        },
      ],
    },
  ]);
  expect(live(cloud)).toHaveLength(1);
  expect(await describe(cloud)).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  await cloud.cloudFormation.send(new ExecuteChangeSetCommand(named));
  expect(await settled(cloud)).toBe('UPDATE_COMPLETE');
  expect(cloud.state.instances[live(cloud)[0]!]!.imageId).toBe(NEW);
  await expect(cloud.cloudFormation.send(new DescribeChangeSetCommand(named))).rejects.toMatchObject({
    name: 'ChangeSetNotFoundException',
    message: 'ChangeSet [changes] does not exist',
  });
});

test('one that changes nothing has failed, can not be executed, and can be deleted', async () => {
  const cloud = await worker();
  const { Parameters } = anotherImage(cloud);
  const same = Parameters!.map(({ ParameterKey }) => ({ ParameterKey, UsePreviousValue: true }));
  expect(await ask(cloud, { UsePreviousTemplate: true, Parameters: same })).toMatchObject({
    Status: 'FAILED',
    StatusReason:
      "The submitted information didn't contain changes. Submit different information to create a change set.",
    ExecutionStatus: 'UNAVAILABLE',
  });
  await expect(cloud.cloudFormation.send(new ExecuteChangeSetCommand(named))).rejects.toMatchObject({
    name: 'InvalidChangeSetStatusException',
    message: expect.stringContaining('cannot be executed in its current status of [FAILED]'),
  });
  const list = async () =>
    (await cloud.cloudFormation.send(new ListChangeSetsCommand({ StackName: 'worker' }))).Summaries;
  expect(await list()).toMatchObject([{ ChangeSetName: 'changes', Status: 'FAILED' }]);
  await cloud.cloudFormation.send(new DeleteChangeSetCommand(named));
  expect(await list()).toEqual([]);
});

test('a tag of the stack goes to its resources, and replaces nothing', async () => {
  const cloud = await worker();
  const { Parameters } = anotherImage(cloud);
  const same = Parameters!.map(({ ParameterKey }) => ({ ParameterKey, UsePreviousValue: true }));
  const tagged = { UsePreviousTemplate: true, Parameters: same, Tags: [{ Key: 'team', Value: 'data' }] };
  const { Changes } = await ask(cloud, tagged);
  expect(Changes!.map(({ ResourceChange: change }) => [change!.LogicalResourceId, change!.Scope])).toEqual([
    ['Role', ['Tags']],
    ['Template', ['Tags']],
    // Whatever refers to an attribute of a resource that changes may change, too: nobody knows before.
    ['Group', ['Properties', 'Tags']],
  ]);
  const before = live(cloud);
  await cloud.cloudFormation.send(new ExecuteChangeSetCommand(named));
  expect(await settled(cloud)).toBe('UPDATE_COMPLETE');
  expect(live(cloud)).toEqual(before);
  const { roles, launchTemplates, autoScalingGroups } = cloud.state;
  for (const { tags } of [...Object.values(roles), ...Object.values(launchTemplates)]) expect(tags.team).toBe('data');
  expect(Object.values(autoScalingGroups)[0]!.tags.team).toEqual({ value: 'data', propagateAtLaunch: true });
});

test('a new stack can be looked at before it is made', async () => {
  const cloud = await fakeCloud();
  onTestFinished(answering(cloud, () => 'SUCCESS'));
  const Parameters = given({ realm: 'dev', amiId: BASE_IMAGE_ID, workerInstanceType: TYPE });
  const input = { ChangeSetType: 'CREATE' as const, TemplateBody: WORKER, Parameters };
  const { Changes, StackId } = await ask(cloud, input);
  expect(
    Changes!.map(({ ResourceChange }) => `${ResourceChange!.Action} ${ResourceChange!.LogicalResourceId}`),
  ).toEqual(['Add Role', 'Add Profile', 'Add Template', 'Add Group']);
  expect(await describe(cloud)).toMatchObject({ StackId, StackStatus: 'REVIEW_IN_PROGRESS' });
  expect(cloud.state.roles).toEqual({});
  await cloud.cloudFormation.send(new ExecuteChangeSetCommand(named));
  await expect.poll(() => settled(cloud)).toBe('CREATE_COMPLETE');
  await expect(ask(cloud, input)).rejects.toMatchObject({ name: 'AlreadyExistsException' });
});

test('templates are given as they came, and summed up', async () => {
  const { cloudFormation } = await fakeCloud();
  await cloudFormation.send(new CreateStackCommand({ StackName: 'stack', TemplateBody: NOTHING }));
  const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName: 'stack' }));
  expect(TemplateBody).toBe(NOTHING);
  const summary = await cloudFormation.send(new GetTemplateSummaryCommand({ TemplateBody: WORKER }));
  expect(summary).toMatchObject({
    Description: 'worker',
    Capabilities: ['CAPABILITY_IAM'],
    CapabilitiesReason: 'The following resource(s) require capabilities: [AWS::IAM::Role, AWS::IAM::InstanceProfile]',
    ResourceTypes: expect.arrayContaining(['AWS::AutoScaling::AutoScalingGroup']),
  });
  expect(summary.Parameters).toContainEqual(
    expect.objectContaining({ ParameterKey: 'secret', ParameterType: 'String', NoEcho: true, DefaultValue: 'hidden' }),
  );
  const valid = await cloudFormation.send(new ValidateTemplateCommand({ TemplateBody: WORKER }));
  expect(valid.Parameters).toContainEqual({ ParameterKey: 'realm', NoEcho: false });
  await expect(cloudFormation.send(new ValidateTemplateCommand({ TemplateBody: 'x' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Template format error: unsupported structure.',
  });
});
