import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { PricingClient } from '@aws-sdk/client-pricing';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { type AutoScaling, createAutoScaling } from './autoscaling/autoscaling.ts';
import { type CloudFormation, createCloudFormation } from './cloudformation/cloudformation.ts';
import { createEc2, type Ec2 } from './ec2/ec2.ts';
import { operatorCredentials } from './endpoint/credentials.ts';
import { createEndpoint } from './endpoint/endpoint.ts';
import { createFakeMachines, type FakeMachines } from './fake-machines.ts';
import { createFaults, isOrdered } from './faults.ts';
import { createIam } from './iam/iam.ts';
import { createPricing } from './pricing.ts';
import type { Service } from './service.ts';
import { createSsm } from './ssm.ts';
import { type Image, newState, REGION, type State } from './state.ts';
import { createSts } from './sts.ts';

/** Image that every fake cloud has from the start, owned by somebody else. */
export const BASE_IMAGE_ID = 'ami-0ba5e000000000001';
export const VENDOR = '136693071363';
/** Image for the architecture that this machine lacks. */
export const FOREIGN_IMAGE_ID = 'ami-0f02e160000000001';
/** A type that runs the base image, and one that runs the other. */
export const TYPE = process.arch === 'arm64' ? 't4g.micro' : 't3.micro';
export const FOREIGN_TYPE = process.arch === 'arm64' ? 't3.micro' : 't4g.micro';

export interface FakeCloud {
  folder: string;
  /** Every action there is, by service. */
  services: Record<string, Service>;
  /** Where clients find it. */
  url: string;
  state: State;
  machines: FakeMachines;
  autoScaling: AutoScalingClient;
  cloudFormation: CloudFormationClient;
  ec2: EC2Client;
  iam: IAMClient;
  pricing: PricingClient;
  ssm: SSMClient;
  sts: STSClient;
  /** EC2 in another region. */
  ec2In(region: string): EC2Client;
  /** EC2 behind the endpoint, for what no call reaches. */
  behind: Ec2;
  /** Auto Scaling behind the endpoint. */
  groups: AutoScaling;
  stacks: CloudFormation;
  /** Resolves when neither instances nor groups have anything to do for now. */
  idle(): Promise<void>;
  /** How often the state was kept. */
  kept(): number;
  /** What went to the log. */
  log: string[];
  /** The clock that EC2 sees; undefined for the real one. */
  setTime(time: Date): void;
}

/**
 * A cloud whose machines are only noted down: the real endpoint, actions and AWS clients. It ends with the test that
 * asked for it.
 */
export async function fakeCloud(): Promise<FakeCloud> {
  const folder = temporaryFolder('fake-cloud-');
  const state = newState();
  addBaseImage(state);
  const machines = createFakeMachines();
  const log: string[] = [];
  let kept = 0;
  let time: Date | undefined;
  const changed = () => {
    kept += 1;
  };
  const note = (line: string) => void log.push(line);
  const now = () => time ?? new Date();
  const ec2Changed = () => {
    changed();
    groups.look();
  };
  const hasDefaultVpc = () => !isOrdered(folder, 'no-default-vpc');
  const behind = createEc2({ folder, state, machines, changed: ec2Changed, log: note, now, hasDefaultVpc });
  const groups = createAutoScaling({ state, ec2: behind.actions, changed, log: note, now });
  const idle = async () => {
    do {
      await groups.idle();
      await behind.idle();
    } while (groups.isBusy());
  };
  const services = {
    autoscaling: groups.actions,
    ec2: behind.actions,
    iam: createIam({ state, changed }),
    pricing: createPricing(),
    ssm: createSsm({ state }),
    sts: createSts({ state }),
  };
  await groups.start();
  const faults = createFaults(folder);
  const stacks = createCloudFormation({ state, services, faults, changed, log: note, now, pollEvery: 5 });
  stacks.settle();
  // What happens at the start is not what tests ask for.
  kept = 0;
  const all: Record<string, Service> = { ...services, cloudformation: stacks.actions };
  const endpoint = await createEndpoint({ folder, state, services: all, faults, log: note });
  const url = `http://127.0.0.1:${endpoint.port}`;
  const settings = {
    region: REGION,
    endpoint: url,
    credentials: operatorCredentials(folder),
    maxAttempts: 1,
  };
  const clients = {
    autoScaling: new AutoScalingClient(settings),
    cloudFormation: new CloudFormationClient(settings),
    ec2: new EC2Client(settings),
    iam: new IAMClient(settings),
    pricing: new PricingClient(settings),
    ssm: new SSMClient(settings),
    sts: new STSClient(settings),
  };
  const elsewhere: EC2Client[] = [];
  onTestFinished(async () => {
    for (const client of [...Object.values(clients), ...elsewhere]) client.destroy();
    await endpoint.close();
    machines.letGo();
    await stacks.stop();
    await groups.stop();
    await behind.idle();
  });
  return {
    folder,
    services: all,
    url,
    state,
    machines,
    ...clients,
    ec2In: region => {
      const client = new EC2Client({ ...settings, region });
      elsewhere.push(client);
      return client;
    },
    behind,
    groups,
    stacks,
    idle,
    kept: () => kept,
    log,
    setTime: now => {
      time = now;
    },
  };
}

function addBaseImage(state: State): void {
  const snapshotId = 'snap-0ba5e000000000001';
  const creationDate = '2026-01-01T00:00:00.000Z';
  const layers = ['/base'];
  state.snapshots[snapshotId] = {
    snapshotId,
    state: 'completed',
    description: 'base',
    ownerId: VENDOR,
    volumeId: 'vol-ffffffff',
    volumeSize: 8,
    encrypted: false,
    startTime: creationDate,
    layers,
    tags: {},
  };
  const image: Image = {
    imageId: BASE_IMAGE_ID,
    name: 'base-image',
    description: 'base',
    ownerId: VENDOR,
    state: 'available',
    architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
    creationDate,
    public: true,
    launchPermissions: [],
    rootDeviceName: '/dev/xvda',
    snapshotId,
    layers,
    tags: {},
  };
  state.images[image.imageId] = image;
  const foreign = image.architecture === 'arm64' ? 'x86_64' : 'arm64';
  state.images[FOREIGN_IMAGE_ID] = { ...image, imageId: FOREIGN_IMAGE_ID, name: 'foreign', architecture: foreign };
}
