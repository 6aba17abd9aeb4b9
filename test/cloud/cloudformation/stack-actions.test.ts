import {
  CancelUpdateStackCommand,
  ContinueUpdateRollbackCommand,
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteStackCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { expect, onTestFinished, test } from 'vitest';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { NOTHING, WORKER } from './sample-templates.ts';
import {
  addImage,
  answering,
  createWorker,
  describe,
  events,
  given,
  live,
  settled,
  updateWorker,
} from './worker-stack.ts';

const create = ({ cloudFormation }: FakeCloud, input: Partial<CreateStackCommandInput> = {}) =>
  cloudFormation.send(new CreateStackCommand({ StackName: 'stack', TemplateBody: NOTHING, ...input }));

const ROLE = `{ "Resources": { "R": { "Type": "AWS::IAM::Role", "Properties": { NAME "AssumeRolePolicyDocument": {} } } } }`;

test.each<[string, Partial<CreateStackCommandInput>, string, string]>([
  ['a name that is taken', { StackName: 'taken' }, 'AlreadyExistsException', 'Stack [taken] already exists'],
  ['a wrong name', { StackName: '1' }, 'ValidationError', 'Member must satisfy regular expression pattern'],
  ['no template', { TemplateBody: undefined }, 'ValidationError', 'Either Template URL or Template Body must be'],
  [
    'a type that is not known',
    { TemplateBody: 'Resources: { A: { Type: AWS::S3::Bucket } }' },
    'ValidationError',
    'Template format error: Unrecognized resource types: [AWS::S3::Bucket]',
  ],
  [
    'a role without the capability',
    { TemplateBody: ROLE.replace('NAME', '') },
    'InsufficientCapabilitiesException',
    'Requires capabilities : [CAPABILITY_IAM]',
  ],
  [
    'a role with a name',
    { TemplateBody: ROLE.replace('NAME', '"RoleName": "r",'), Capabilities: ['CAPABILITY_IAM'] },
    'InsufficientCapabilitiesException',
    'Requires capabilities : [CAPABILITY_NAMED_IAM]',
  ],
  [
    'an unknown parameter',
    { Parameters: given({ x: '1' }) },
    'ValidationError',
    'Parameters: [x] do not exist in the template',
  ],
  [
    'a previous value',
    { Parameters: [{ ParameterKey: 'amiId', UsePreviousValue: true }] },
    'ValidationError',
    'Invalid input for parameter key amiId. Cannot specify usePreviousValue as true for a parameter key not in the previous template',
  ],
  ['a tag of AWS', { Tags: [{ Key: 'aws:x', Value: '' }] }, 'ValidationError', 'aws: prefixed tag key names are not'],
  [
    'an attribute that is not there',
    { TemplateBody: `${NOTHING}  O: { Value: !GetAtt Handle.X }` },
    'ValidationError',
    'resource Handle does not support attribute type X in Fn::GetAtt',
  ],
  [
    'what nobody looks at',
    { StackPolicyBody: '{}' },
    'ValidationError',
    'The local cloud does not know the parameter StackPolicyBody of CreateStack',
  ],
])('a new stack with %s is refused', async (_what, input, name, message) => {
  const cloud = await fakeCloud();
  await create(cloud, { StackName: 'taken' });
  await expect(create(cloud, input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  expect(Object.values(cloud.state.stacks).map(({ stackName }) => stackName)).toEqual(['taken']);
});

test('an update changes what it names, and keeps the tags it does not speak of', async () => {
  const cloud = await fakeCloud();
  await create(cloud, { Tags: [{ Key: 'k', Value: 'v' }], NotificationARNs: ['arn:aws:sns:x'] });
  await settled(cloud, 'stack');
  const update = (input: object) =>
    cloud.cloudFormation.send(new UpdateStackCommand({ StackName: 'stack', UsePreviousTemplate: true, ...input }));
  await expect(update({})).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'No updates are to be performed.',
  });
  await update({ Parameters: given({ amiId: 'ami-1' }) });
  expect(await settled(cloud, 'stack')).toBe('UPDATE_COMPLETE');
  expect(await describe(cloud, 'stack')).toMatchObject({
    Parameters: [
      { ParameterKey: 'amiId', ParameterValue: 'ami-1' },
      { ParameterKey: 'unused', ParameterValue: '' },
    ],
    Outputs: [{ OutputKey: 'Image', OutputValue: 'ami-1' }],
    Tags: [{ Key: 'k', Value: 'v' }],
    NotificationARNs: ['arn:aws:sns:x'],
    LastUpdatedTime: expect.any(Date),
  });
  const keep = [{ ParameterKey: 'amiId', UsePreviousValue: true }];
  await expect(update({ Parameters: keep })).rejects.toMatchObject({ message: 'No updates are to be performed.' });
  await update({ Parameters: keep, Tags: [{ Key: 'other', Value: '' }] });
  await settled(cloud, 'stack');
  expect(await describe(cloud, 'stack')).toMatchObject({ Tags: [{ Key: 'other', Value: '' }] });
  await expect(update({ Parameters: [{ ...keep[0], ParameterValue: 'x' }] })).rejects.toMatchObject({
    message: expect.stringContaining('Cannot specify usePreviousValue as true and non empty value'),
  });
  // Neither a policy alone is an update, nor a parameter that nothing depends on.
  const unused = [...keep, ...given({ unused: 'x' })];
  await expect(update({ Parameters: unused })).rejects.toMatchObject({ message: 'No updates are to be performed.' });
  const retained = NOTHING.replace('WaitConditionHandle }', 'WaitConditionHandle, DeletionPolicy: Retain }');
  const body = { UsePreviousTemplate: false, TemplateBody: retained, Parameters: keep };
  await expect(update(body)).rejects.toMatchObject({ message: 'No updates are to be performed.' });
});

test('a stack that is busy is refused, as is one that could not be made', async () => {
  const cloud = await fakeCloud();
  addImage(cloud, 'ami-0e000000000000001');
  const { StackId } = await createWorker(cloud, { patience: 'PT1S' });
  const busy = `Stack:${StackId} is in CREATE_IN_PROGRESS state and can not be updated.`;
  await expect(updateWorker(cloud, { realm: 'x' })).rejects.toMatchObject({ name: 'ValidationError', message: busy });
  expect(await settled(cloud)).toBe('ROLLBACK_COMPLETE');
  await expect(updateWorker(cloud, { realm: 'x' })).rejects.toMatchObject({
    message: `Stack:${StackId} is in ROLLBACK_COMPLETE state and can not be updated.`,
  });
  const said = await events(cloud);
  expect(said).toContain(
    'Group CREATE_IN_PROGRESS: Failed to receive 1 resource signal(s) for the current batch.  Each resource signal timeout is counted as a FAILURE.',
  );
  expect(said).toContain(
    'worker ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Group]. Rollback requested by user.',
  );
  const { roles, instanceProfiles, launchTemplates, autoScalingGroups } = cloud.state;
  expect({ roles, instanceProfiles, launchTemplates, autoScalingGroups }).toEqual({
    roles: {},
    instanceProfiles: {},
    launchTemplates: {},
    autoScalingGroups: {},
  });
  expect(live(cloud)).toEqual([]);
});

test.each([
  [{ DisableRollback: true }, 'CREATE_FAILED', 1],
  [{ OnFailure: 'DELETE' as const }, 'DELETE_COMPLETE', 0],
])('with %o a stack that can not be made is left %s', async (input, status, roles) => {
  const cloud = await fakeCloud();
  const { StackId } = await createWorker(cloud, { patience: 'PT0S' }, input);
  expect(await settled(cloud, StackId)).toBe(status);
  expect(Object.keys(cloud.state.roles)).toHaveLength(roles);
});

test('a worker stack is deleted with all that it made', async () => {
  const cloud = await fakeCloud();
  const { StackId } = await createWorker(cloud);
  onTestFinished(answering(cloud, () => 'SUCCESS'));
  await settled(cloud);
  await cloud.cloudFormation.send(new DeleteStackCommand({ StackName: 'worker' }));
  expect(await settled(cloud, StackId)).toBe('DELETE_COMPLETE');
  expect(live(cloud)).toEqual([]);
  expect(cloud.state.roles).toEqual({});
  expect((await events(cloud, StackId)).slice(-9)).toEqual(
    [
      'worker DELETE_IN_PROGRESS: User Initiated',
      ...['Group', 'Template', 'Profile', 'Role'].flatMap(name => [
        `${name} DELETE_IN_PROGRESS`,
        `${name} DELETE_COMPLETE`,
      ]),
      'worker DELETE_COMPLETE',
    ].slice(-9),
  );
});

test('a stack that is deleted before it was made goes, with what there is of it', async () => {
  const cloud = await fakeCloud();
  const { StackId } = await createWorker(cloud);
  await expect.poll(() => live(cloud).length).toBe(1);
  await cloud.cloudFormation.send(new DeleteStackCommand({ StackName: 'worker' }));
  expect(await settled(cloud, StackId)).toBe('DELETE_COMPLETE');
  expect(live(cloud)).toEqual([]);
  expect(cloud.state.roles).toEqual({});
  const said = await events(cloud, StackId);
  expect(said).toContain('Group CREATE_FAILED: Resource creation cancelled');
  expect(said.filter(line => line.startsWith('worker'))).toEqual([
    'worker CREATE_IN_PROGRESS: User Initiated',
    'worker DELETE_IN_PROGRESS: User Initiated',
    'worker DELETE_COMPLETE',
  ]);
});

test.each([
  ['AutoScalingReplacingUpdate: { WillReplace: true }', true, true],
  ['AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true }', false, false],
])('by %s another image replaces the group: %s, the instance: %s', async (policy, replacesGroup, replacesInstance) => {
  const cloud = await fakeCloud();
  const image = addImage(cloud, 'ami-0e000000000000001');
  const TemplateBody = WORKER.replace(/AutoScalingRollingUpdate:\n(?: {8}.*\n)+/, `${policy}\n`);
  await createWorker(cloud, {}, { TemplateBody });
  onTestFinished(answering(cloud, () => 'SUCCESS'));
  await settled(cloud);
  const [instances, groups] = [live(cloud), Object.keys(cloud.state.autoScalingGroups)];
  await updateWorker(cloud, { amiId: image });
  expect(await settled(cloud)).toBe('UPDATE_COMPLETE');
  expect(live(cloud)).toHaveLength(1);
  expect(live(cloud)[0] !== instances[0]).toBe(replacesInstance);
  const after = Object.values(cloud.state.autoScalingGroups);
  expect(after.map(({ name }) => name !== groups[0])).toEqual([replacesGroup]);
  expect(after[0]!.launchTemplate!.Version).toBe('2');
});

test('an update can be cancelled, and then leads back', async () => {
  const cloud = await fakeCloud();
  const image = addImage(cloud, 'ami-0e000000000000001');
  await createWorker(cloud);
  onTestFinished(answering(cloud, id => (cloud.state.instances[id]!.imageId === image ? undefined : 'SUCCESS')));
  await settled(cloud);
  const [old] = live(cloud);
  const cancel = () => cloud.cloudFormation.send(new CancelUpdateStackCommand({ StackName: 'worker' }));
  await expect(cancel()).rejects.toMatchObject({
    message: 'CancelUpdateStack cannot be called from current stack status',
  });
  await updateWorker(cloud, { amiId: image });
  await expect(cloud.cloudFormation.send(new DeleteStackCommand({ StackName: 'worker' }))).rejects.toMatchObject({
    message: 'Stack [worker] cannot be deleted while in status UPDATE_IN_PROGRESS',
  });
  await expect.poll(() => live(cloud).length).toBe(2);
  await cancel();
  expect(await settled(cloud)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(live(cloud)).toEqual([old]);
  expect(await events(cloud)).toContain('Group UPDATE_FAILED: Resource update cancelled');
});

test('without an instance in service the old image comes back as a new instance; failing that, the rollback can go on', async () => {
  const cloud = await fakeCloud();
  const image = addImage(cloud, 'ami-0e000000000000001');
  await createWorker(cloud, { minInService: '0', workerInstancesMax: '1' });
  let isWell = true;
  onTestFinished(
    answering(cloud, id => (isWell && cloud.state.instances[id]!.imageId !== image ? 'SUCCESS' : 'FAILURE')),
  );
  await settled(cloud);
  const [old] = live(cloud);
  isWell = false;
  await updateWorker(cloud, { amiId: image });
  expect(await settled(cloud)).toBe('UPDATE_ROLLBACK_FAILED');
  await expect(updateWorker(cloud, { amiId: image })).rejects.toMatchObject({
    message: expect.stringContaining('is in UPDATE_ROLLBACK_FAILED state and can not be updated.'),
  });
  isWell = true;
  await cloud.cloudFormation.send(new ContinueUpdateRollbackCommand({ StackName: 'worker' }));
  expect(await settled(cloud)).toBe('UPDATE_ROLLBACK_COMPLETE');
  const left = live(cloud);
  expect(left).toHaveLength(1);
  expect(left).not.toEqual([old]);
  expect(cloud.state.instances[left[0]!]!.imageId).not.toBe(image);
});
