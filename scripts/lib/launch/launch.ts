import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
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
import { reasonOf } from '../aws/errors.ts';
import { createKeyPair, type KeyPair } from '../aws/key-pair.ts';
import { tagList, tagOf } from '../aws/tags.ts';
import { keyPairLeftover, remainingAsText, removeLeftovers } from '../cleanup/removals.ts';
import { cleaningUp, mayBeLeft } from '../command/interruption.ts';
import { Failure } from '../command/problems.ts';
import type { Progress } from '../command/progress.ts';
import { ROOT } from '../command/root.ts';
import type { AmiBuild } from '../parameters/ami-build.ts';
import type { LAUNCH_PARAMETERS } from '../parameters/targets.ts';
import type { Values } from '../parameters/values.ts';
import { timestamp } from '../plan/timestamp.ts';
import { type Launched, lostAsText, removal } from './report.ts';
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
  const region = await aws.ec2.config.region();
  let instanceId: string;
  try {
    const { Instances = [] } = await aws.ec2.send(new RunInstancesCommand(request(options, image, name)));
    instanceId = Instances[0]?.InstanceId ?? '';
  } catch (error) {
    const left = await forget(aws, keyPair);
    if (left) progress.line(left);
    if (signal.aborted) progress.line(`An instance may have been launched all the same: it has the tag Name=${name}`);
    throw error;
  }
  // From here on there is an instance: whatever fails says which, and how to remove it.
  const nothingLeft = mayBeLeft(`instance ${instanceId}: ${removal(region, instanceId)}`);
  try {
    const folder = join(parent, instanceId);
    mkdirSync(folder);
    const key = join(folder, 'ssh-key');
    renameSync(keyPair.privateKeyFile, key);
    progress.working(`${instanceId} is starting`);
    await waitUntilUp(aws.ec2, instanceId, { signal, timeout: TIMEOUT, pause: 5 });
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
  } catch (error) {
    const why = signal.aborted ? signal.reason.message : `${instanceId} did not come up: ${reasonOf(error)}`;
    const status = signal.aborted ? signal.reason.exitStatus : 1;
    const isGone = error instanceof InstanceGone;
    const console = signal.aborted ? '' : await consoleOf(aws, instanceId);
    throw new Failure(lostAsText({ why, isGone, instanceId, console, region }), status);
  } finally {
    // The instance has its public key; the pair in EC2 is of no more use, and would be left behind.
    const left = await forget(aws, keyPair);
    if (left) progress.line(left);
    nothingLeft();
  }
}

/** Removes the key pair from EC2, and its file where that is still of no launch; else says why it is left. */
async function forget(aws: Aws, keyPair: KeyPair): Promise<string | undefined> {
  const remaining = await cleaningUp(() => removeLeftovers([keyPairLeftover(aws, keyPair.name)]));
  rmSync(keyPair.privateKeyFile, { force: true });
  return remaining.length > 0 ? remainingAsText(remaining) : undefined;
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

/** What the instance's console shows. It is only shown: where EC2 does not give it, there is none. */
async function consoleOf(aws: Aws, instanceId: string): Promise<string> {
  const ask = async (Latest: boolean) => {
    const { Output = '' } = await aws.ec2.send(new GetConsoleOutputCommand({ InstanceId: instanceId, Latest }));
    return Buffer.from(Output, 'base64').toString();
  };
  // Types that are not built on Nitro, such as t2, give only what was said some minutes ago, and have codes of their
  // own to say so.
  return ask(true)
    .catch(() => ask(false))
    .catch(error => `(The console can not be shown: ${reasonOf(error)})`);
}
