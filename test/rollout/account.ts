import { createHash } from 'node:crypto';
import { newStack } from '../cloud/cloudformation/new-stack.ts';
import type { Stack } from '../cloud/cloudformation/stack.ts';
import type { State } from '../cloud/state.ts';
import { emptyImage } from './empty-image.ts';

// An account of the local cloud with as many images and worker stacks as a test wants. They can be looked at and
// updated; there is nothing on the images, so nothing can be launched of them.

/** Small, but a worker stack: whoever looks at stacks sees their parameters, not what they made. */
export const TEMPLATE = `
Description: A lava worker without instances
Parameters:
  realm: { Type: String }
  worker: { Type: String }
  amiId: { Type: String }
  workerInstanceType: { Type: String, Default: t3.micro }
  workerAllowedInstances: { Type: String, Default: '' }
  rootVolumeSize: { Type: Number, Default: 16 }
  swapSize: { Type: Number, Default: 2 }
  keyPairName: { Type: String, Default: '' }
  secGroups: { Type: CommaDelimitedList, Default: sg-0c10d000000000001 }
  subnets: { Type: CommaDelimitedList, Default: 'subnet-0c10d000000000001,subnet-0c10d000000000002' }
  workerPublicIp: { Type: String, Default: 'false' }
  workerInstancesMin: { Type: Number, Default: 0 }
  workerInstancesDesired: { Type: Number, Default: 0 }
  workerInstancesMax: { Type: Number, Default: 1 }
Conditions:
  Typed: !Not [!Equals [!Ref workerInstanceType, '']]
Resources:
  LaunchTemplate:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        ImageId: !Ref amiId
        InstanceType: !If [Typed, !Ref workerInstanceType, !Ref AWS::NoValue]
`;

/** The id of the image of this number. */
export function imageId(number: number): string {
  return `ami-${String(number).padStart(17, '0')}`;
}

/** Adds images to the state, for both architectures in turn, an hour apart; the last one is the newest. */
export function addImages(state: State, count: number): void {
  for (let number = 0; number < count; number++) {
    const { image, snapshot } = imageOf(number);
    state.images[image.imageId] = image;
    state.snapshots[snapshot.snapshotId] = snapshot;
  }
}

function imageOf(number: number): ReturnType<typeof emptyImage> {
  const architecture = number % 2 ? 'arm64' : 'x86_64';
  const creationDate = new Date(Date.UTC(2026, 0, 1) + number * 3_600_000).toISOString();
  const moment = `${creationDate.slice(0, 19).replaceAll(':', '-')}Z`;
  const name = `lava-8.1.0-debian12-py3.11-${architecture}-${moment}`;
  const tags = {
    Name: name,
    OS: 'debian12',
    Arch: architecture,
    LavaVersion: '8.1.0',
    PythonVersion: '3.11.12',
    PYTHON_VERSION: '3.11.12',
    SourceAmi: 'ami-0deb1a20000000012',
    BuildId: `${moment}-1f2e`,
    Repo: 'https://git.example.com/lava/lava-ami.git',
    LavaSkipped: '',
  };
  const snapshotId = imageId(number).replace('ami', 'snap');
  return emptyImage({ imageId: imageId(number), snapshotId, name, creationDate, architecture, tags });
}

/** Adds worker stacks to the state, each with an image of its architecture that there is: `images` of them. */
export function addStacks(state: State, count: number, images: number): void {
  const template = createHash('sha256').update(TEMPLATE).digest('hex').slice(0, 32);
  if (count > 0) state.templates[template] = TEMPLATE;
  for (let number = 0; number < count; number++) {
    const stack = stackOf(number, images, template);
    state.stacks[stack.stackId] = stack;
  }
}

function stackOf(number: number, images: number, template: string): Stack {
  const realm = ['dev', 'test', 'prod'][number % 3]!;
  const parameters = {
    realm,
    worker: `core-${number}`,
    amiId: imageId(number % images),
    workerInstanceType: (number % images) % 2 ? 't4g.medium' : 't3.medium',
    workerAllowedInstances: '',
    rootVolumeSize: '16',
    swapSize: '2',
    keyPairName: '',
    secGroups: 'sg-0c10d000000000001',
    subnets: 'subnet-0c10d000000000001,subnet-0c10d000000000002',
    workerPublicIp: 'false',
    workerInstancesMin: '0',
    workerInstancesDesired: '0',
    workerInstancesMax: '1',
  };
  const name = `${realm}-worker-${String(number).padStart(3, '0')}`;
  const tags = { team: 'lava', realm, purpose: 'worker' };
  const wanted = { template, parameters, tags, capabilities: ['CAPABILITY_IAM'], notificationArns: [] };
  const stack = newStack(name, wanted, new Date(Date.UTC(2026, 5, 1)), 'CREATE_COMPLETE');
  for (const output of ['LaunchTemplate', 'Group', 'Role', 'LogGroup']) {
    stack.outputs[output] = { Value: `${name}-${output}-0123456789AB`, Description: `The ${output} of the worker` };
  }
  return stack;
}
