import {
  CreateKeyPairCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { fakeCloud } from '../fake-cloud.ts';

test('an action that is not there is refused by name, and the log says so', async () => {
  const { ec2, log } = await fakeCloud();
  await expect(ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }))).rejects.toMatchObject({
    name: 'InvalidAction',
    message: expect.stringContaining('CreateVolume'),
  });
  expect(log.join()).toContain('REFUSED ec2 CreateVolume');
});

test('what changes something keeps the state; what only looks does not', async () => {
  const { ec2, kept } = await fakeCloud();
  await ec2.send(new DescribeVpcsCommand({}));
  expect(kept()).toBe(0);
  await ec2.send(new CreateKeyPairCommand({ KeyName: 'key', KeyType: 'ed25519' }));
  expect(kept()).toBe(1);
});

test('any action can be tried', async () => {
  const { ec2, state } = await fakeCloud();
  const tried = (client: EC2Client) => client.send(new CreateKeyPairCommand({ KeyName: 'key', DryRun: true }));
  await expect(tried(ec2)).rejects.toMatchObject({ name: 'DryRunOperation' });
  expect(state.keyPairs).toEqual({});
});

test('a list where one value belongs, and the other way round, is refused rather than misread', async () => {
  const { behind } = await fakeCloud();
  const call = (action: string, parameters: object) =>
    behind.actions[action]!(parameters, {} as Parameters<NonNullable<(typeof behind.actions)[string]>>[1]);
  await expect(call('DescribeImages', { ImageId: 'ami-00000000' })).rejects.toThrow('it must be a list');
  await expect(call('DeregisterImage', { ImageId: ['ami-00000000'] })).rejects.toThrow('it must be a single value');
  await expect(call('DescribeImages', { Filter: ['name'] })).rejects.toThrow('list of structures');
  await expect(call('DescribeImages', { Filter: [{ Value: ['x'] }] })).rejects.toThrow('parameter Name');
  await expect(call('DescribeImages', { IncludeDeprecated: 'maybe' })).rejects.toThrow('true or false');
});

test('an empty parameter is as good as none, since clients send such', async () => {
  const { ec2 } = await fakeCloud();
  const { Images } = await ec2.send(new DescribeImagesCommand({ NextToken: '' }));
  expect(Images).toHaveLength(2);
});
