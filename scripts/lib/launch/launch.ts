import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  GetConsoleOutputCommand,
  type Image,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import type { Aws } from '../aws/clients.ts';
import { createKeyPair, deleteKeyPair } from '../aws/key-pair.ts';
import { tagList, tagOf } from '../aws/tags.ts';
import { Failure } from '../command/problems.ts';
import type { Progress } from '../command/progress.ts';
import { ROOT } from '../command/root.ts';
import type { AmiBuild } from '../parameters/ami-build.ts';
import type { LAUNCH_PARAMETERS } from '../parameters/targets.ts';
import type { Values } from '../parameters/values.ts';
import { timestamp } from '../plan/timestamp.ts';
import { type Launched, lostAsText } from './report.ts';
import { InstanceGone, waitUntilUp } from './wait-until-up.ts';

export interface LaunchOptions {
  aws: Aws;
  amiBuild: AmiBuild;
  imageId: string;
  /** What the user said of the instance. */
  values: Pick<Values<typeof LAUNCH_PARAMETERS>, 'instance_type' | 'ip' | 'sg' | 'subnet'>;
  userData: Buffer | undefined;
  signal: AbortSignal;
  progress: Progress;
}

/** How long an instance may take to come up, in seconds. */
const TIMEOUT = 600;

/** Launches an instance with a key pair of its own and waits until EC2's status checks pass. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const { aws, amiBuild, imageId, signal, progress } = options;
  const { Images: [image] = [] } = await aws.ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
  if (!image) throw new Failure(`There is no image ${imageId}.`);

  const name = `lava-launch-${timestamp(new Date())}-${randomBytes(2).toString('hex')}`;
  const parent = join(ROOT, 'dist/launch');
  mkdirSync(parent, { recursive: true });
  const keyPair = await createKeyPair(aws.ec2, name, join(parent, `${name}.key`), { Name: name });
  progress.working(`launching ${image.Name}`);
  let instanceId: string;
  try {
    const { Instances = [] } = await aws.ec2.send(new RunInstancesCommand(request(options, image, name)));
    instanceId = Instances[0]?.InstanceId ?? '';
  } catch (error) {
    await deleteKeyPair(aws.ec2, keyPair);
    throw error;
  }
  const folder = join(parent, instanceId);
  mkdirSync(folder);
  const key = join(folder, 'ssh-key');
  renameSync(keyPair.privateKeyFile, key);

  progress.working(`${instanceId} is starting`);
  const region = await aws.ec2.config.region();
  try {
    await waitUntilUp(aws.ec2, instanceId, { signal, timeout: TIMEOUT, pause: 5 });
  } catch (error) {
    const why = signal.aborted ? signal.reason.message : `${instanceId} did not come up: ${(error as Error).message}`;
    const status = signal.aborted ? signal.reason.exitStatus : 1;
    const isGone = error instanceof InstanceGone;
    const console = await consoleOf(aws, instanceId);
    throw new Failure(lostAsText({ why, isGone, instanceId, console, region }), status);
  } finally {
    // The instance has its public key; the pair in EC2 is of no more use, and would be left behind.
    await deleteKeyPair(aws.ec2, keyPair);
  }
  const { Reservations = [] } = await aws.ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  const { PublicIpAddress, PrivateIpAddress } = Reservations[0]?.Instances?.[0] ?? {};
  return {
    instanceId,
    imageName: image.Name ?? '',
    address: PublicIpAddress ?? PrivateIpAddress ?? '',
    loginUser: amiBuild.os[tagOf(image.Tags, 'OS') ?? '']?.login_user ?? 'ec2-user',
    key,
    knownHosts: join(folder, 'known_hosts'),
    console: await consoleOf(aws, instanceId),
    region,
  };
}

function request(options: LaunchOptions, image: Image, name: string): RunInstancesCommandInput {
  const { amiBuild, imageId, values, userData } = options;
  const { subnet, ip } = values;
  const groups = values.sg.length > 0 ? values.sg : undefined;
  const perArch = amiBuild.arch[image.Architecture ?? '']?.instance_type;
  return {
    ImageId: imageId,
    InstanceType: (values.instance_type ?? perArch) as never,
    MinCount: 1,
    MaxCount: 1,
    KeyName: name,
    // EC2 takes subnet and groups either here or with the address type on the network interface, not on both.
    ...(ip
      ? {
          NetworkInterfaces: [
            {
              DeviceIndex: 0,
              AssociatePublicIpAddress: ip === 'public',
              ...(subnet && { SubnetId: subnet }),
              ...(groups && { Groups: groups }),
            },
          ],
        }
      : { ...(subnet && { SubnetId: subnet }), ...(groups && { SecurityGroupIds: groups }) }),
    ...(userData && { UserData: userData.toString('base64') }),
    TagSpecifications: [
      { ResourceType: 'instance', Tags: tagList({ Name: name }) },
      { ResourceType: 'volume', Tags: tagList({ Name: name }) },
    ],
  };
}

async function consoleOf(aws: Aws, instanceId: string): Promise<string> {
  const ask = (Latest: boolean) => aws.ec2.send(new GetConsoleOutputCommand({ InstanceId: instanceId, Latest }));
  // Types that are not built on Nitro, such as t2, give only what was said some minutes ago.
  const { Output = '' } = await ask(true).catch(error => {
    if (error.name === 'UnsupportedOperation') return ask(false);
    throw error;
  });
  return Buffer.from(Output, 'base64').toString();
}
