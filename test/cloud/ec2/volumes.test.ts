import { DeleteVolumeCommand, DescribeVolumesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { fakeCloud } from '../fake-cloud.ts';
import { launchOne } from './launch-fake.ts';

test('a volume that is attached stays; one that is left over can be deleted', async () => {
  const cloud = await fakeCloud();
  const instanceId = await launchOne(cloud, {
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }],
  });
  const VolumeId = cloud.state.instances[instanceId]!.volumeId;
  const remove = () => cloud.ec2.send(new DeleteVolumeCommand({ VolumeId }));
  const describe = async (status: string) => {
    const Filters = [{ Name: 'status', Values: [status] }];
    return (await cloud.ec2.send(new DescribeVolumesCommand({ Filters }))).Volumes!;
  };
  expect(await describe('in-use')).toMatchObject([
    {
      VolumeId,
      AvailabilityZone: 'us-east-1a',
      Attachments: [{ InstanceId: instanceId, Device: '/dev/xvda', DeleteOnTermination: false }],
    },
  ]);
  await expect(remove()).rejects.toMatchObject({ name: 'VolumeInUse' });
  await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  await cloud.behind.idle();
  expect(await describe('available')).toMatchObject([{ VolumeId, Attachments: [] }]);
  await remove();
  await expect(remove()).rejects.toMatchObject({ name: 'InvalidVolume.NotFound' });
});
