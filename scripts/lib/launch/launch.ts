import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  GetConsoleOutputCommand,
  type Image,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import type { Aws } from '../aws/clients.ts';
import { createKeyPair, deleteKeyPair, tagList } from '../aws/key-pair.ts';
import { Failure } from '../command/problems.ts';
import type { Progress } from '../command/progress.ts';
import { ROOT } from '../command/root.ts';
import type { AmiBuild } from '../parameters/ami-build.ts';
import { timestamp } from '../plan/timestamp.ts';
import { InstanceGone, waitUntilUp } from './wait-until-up.ts';

export interface LaunchOptions {
  aws: Aws;
  amiBuild: AmiBuild;
  imageId: string;
  /** Values of the launch parameters that the user gave. */
  setting: (name: string) => string | undefined;
  userData: Buffer | undefined;
  signal: AbortSignal;
  progress: Progress;
}

/** How long an instance may take to come up, in seconds. */
const TIMEOUT = 600;
/** Lines of the console log that are shown. */
const CONSOLE_LINES = 10;
/** Characters of each that are shown: keys are long, and nobody reads them here. */
const CONSOLE_COLUMNS = 100;

/** Launches an instance with a key pair of its own, waits until EC2's status checks pass, and tells how to reach it. */
export async function launch(options: LaunchOptions): Promise<string> {
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
  const terminate = `aws ec2 terminate-instances --region ${region} --instance-ids ${instanceId}`;
  try {
    await waitUntilUp(aws.ec2, instanceId, { signal, timeout: TIMEOUT, pause: 5 });
  } catch (error) {
    const console = (await consoleOf(aws, instanceId)).join('\n');
    const why = signal.aborted ? signal.reason.message : `${instanceId} did not come up: ${(error as Error).message}`;
    const status = signal.aborted ? signal.reason.exitStatus : 1;
    const left = error instanceof InstanceGone ? '' : `\n\nIt is still there. Remove it: ${terminate}`;
    throw new Failure(`${why}\n\n${console}${left}`, status);
  } finally {
    // The instance has its public key; the pair in EC2 is of no more use, and would be left behind.
    await deleteKeyPair(aws.ec2, keyPair);
  }
  const { Reservations = [] } = await aws.ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  const instance = Reservations[0]?.Instances?.[0] as Instance;
  const address = instance.PublicIpAddress ?? instance.PrivateIpAddress;
  const os = image.Tags?.find(({ Key }) => Key === 'OS')?.Value ?? '';
  const user = amiBuild.os[os]?.login_user ?? 'ec2-user';
  const knownHosts = `-o UserKnownHostsFile=${relative('', join(folder, 'known_hosts'))}`;
  return [
    `Instance:   ${instanceId}`,
    `Image:      ${image.Name}`,
    `Address:    ${address}`,
    'Console:',
    ...(await consoleOf(aws, instanceId)).map(line => `    ${line}`),
    `Log in:     ssh -i ${relative('', key)} ${knownHosts} -o StrictHostKeyChecking=accept-new ${user}@${address}`,
    `Remove it:  ${terminate}`,
  ].join('\n');
}

function request(options: LaunchOptions, image: Image, name: string): RunInstancesCommandInput {
  const { amiBuild, imageId, setting, userData } = options;
  const subnet = setting('subnet');
  const groups = setting('sg')?.split(',');
  const ip = setting('ip');
  const perArch = amiBuild.arch[image.Architecture ?? '']?.instance_type;
  return {
    ImageId: imageId,
    InstanceType: (setting('instance_type') ?? perArch) as never,
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

async function consoleOf(aws: Aws, instanceId: string): Promise<string[]> {
  const { Output = '' } = await aws.ec2.send(new GetConsoleOutputCommand({ InstanceId: instanceId, Latest: true }));
  const text = Buffer.from(Output, 'base64').toString().trim();
  const lines = text.split(/\r?\n/).slice(-CONSOLE_LINES);
  return lines.map(line => (line.length > CONSOLE_COLUMNS ? `${line.slice(0, CONSOLE_COLUMNS - 1)}…` : line));
}
