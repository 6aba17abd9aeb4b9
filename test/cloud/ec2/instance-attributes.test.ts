import {
  ModifyInstanceAttributeCommand,
  type ModifyInstanceAttributeCommandInput,
  ModifyInstanceMetadataOptionsCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { type FakeCloud, FOREIGN_TYPE, fakeCloud } from '../fake-cloud.ts';
import { SECURITY_GROUP_ID } from '../state.ts';
import { launchOne } from './launch-fake.ts';

const modify = ({ ec2 }: FakeCloud, InstanceId: string, input: Partial<ModifyInstanceAttributeCommandInput>) =>
  ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, ...input }));

test('user data and type change while the instance is stopped, and only then', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  const input = { UserData: { Value: Buffer.from('new') } };
  await expect(modify(cloud, id, input)).rejects.toMatchObject({ name: 'IncorrectInstanceState' });
  await cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await cloud.behind.idle();
  await modify(cloud, id, input);
  expect(cloud.state.instances[id]!.userData).toBe(Buffer.from('new').toString('base64'));
  await modify(cloud, id, { UserData: { Value: Buffer.from('') } });
  expect(cloud.state.instances[id]).not.toHaveProperty('userData');
  await expect(modify(cloud, id, { InstanceType: { Value: FOREIGN_TYPE } })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
});

test('shutdown behaviour and groups change at any time; ENA is there anyway', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  await modify(cloud, id, { EnaSupport: { Value: true } });
  await modify(cloud, id, { InstanceInitiatedShutdownBehavior: { Value: 'terminate' }, Groups: [SECURITY_GROUP_ID] });
  expect(cloud.state.instances[id]).toMatchObject({
    shutdownBehavior: 'terminate',
    securityGroupIds: [SECURITY_GROUP_ID],
  });
  await modify(cloud, id, { Attribute: 'instanceInitiatedShutdownBehavior', Value: 'stop' });
  expect(cloud.state.instances[id]!.shutdownBehavior).toBe('stop');
});

test('what the local cloud does not know is refused by name', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  await expect(modify(cloud, id, { SourceDestCheck: { Value: false } })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: expect.stringContaining('sourceDestCheck'),
  });
});

test('metadata options change while the instance runs', async () => {
  const cloud = await fakeCloud();
  const InstanceId = await launchOne(cloud);
  const answer = await cloud.ec2.send(
    new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpTokens: 'required', HttpPutResponseHopLimit: 3 }),
  );
  expect(answer.InstanceMetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 3 });
  await cloud.ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpEndpoint: 'disabled' }));
  expect(cloud.state.instances[InstanceId]).toMatchObject({ httpTokens: 'required', httpEndpoint: 'disabled' });
});
