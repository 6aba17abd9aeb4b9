import { type Instance, RunInstancesCommand, type RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { BASE_IMAGE_ID, type FakeCloud, TYPE } from '../fake-cloud.ts';

/** Launches instances of the base image in a fake cloud; they run when this resolves. */
export async function launchFake(cloud: FakeCloud, input: Partial<RunInstancesCommandInput> = {}): Promise<Instance[]> {
  const { Instances = [] } = await cloud.ec2.send(
    new RunInstancesCommand({
      ImageId: BASE_IMAGE_ID,
      InstanceType: TYPE as never,
      MinCount: 1,
      MaxCount: 1,
      ...input,
    }),
  );
  await cloud.behind.idle();
  return Instances;
}

/** Launches one instance; gives its identifier. */
export async function launchOne(cloud: FakeCloud, input: Partial<RunInstancesCommandInput> = {}): Promise<string> {
  const [instance] = await launchFake(cloud, input);
  return instance!.InstanceId!;
}
