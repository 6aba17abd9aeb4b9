import { createAutoScaling } from './autoscaling/autoscaling.ts';
import { registerBaseImages } from './base-images.ts';
import { createCloudFormation } from './cloudformation/cloudformation.ts';
import { createEc2 } from './ec2/ec2.ts';
import { createEndpoint, type Endpoint } from './endpoint/endpoint.ts';
import { createFaults, isOrdered } from './faults.ts';
import { createIam } from './iam/iam.ts';
import { createMachines } from './instances/containers.ts';
import { createPricing } from './pricing.ts';
import type { Service } from './service.ts';
import { createSsm } from './ssm.ts';
import { loadState, type State, saveState } from './state.ts';
import { createSts } from './sts.ts';

export interface CloudOptions {
  /** Where it keeps everything; an absolute path. */
  folder: string;
  /** TCP port of the endpoint that is asked for; another one is taken when that is not free. */
  port?: number;
  /** One line for the log. */
  log(line: string): void;
  /** One line for those who wait for the cloud to be ready. */
  progress(line: string): void;
}

/** A whole local cloud, running. */
export interface Cloud {
  endpoint: Endpoint;
  state: State;
  /** Makes the vendors' images available, and stand-ins by name. Safe to repeat, and to call again after it failed. */
  prepareBaseImages(standIns: readonly string[]): Promise<void>;
  /** Ends everything, machines included; what they were is kept. */
  stop(): Promise<void>;
}

/** Starts the endpoint and what all machines share, and brings in order what an earlier cloud left in the folder. */
export async function createCloud({ folder, port = 0, log, progress }: CloudOptions): Promise<Cloud> {
  const state = loadState(folder);
  const changed = () => saveState(folder, state);
  const faults = createFaults(folder);
  const services: Record<string, Service> = {
    iam: createIam({ state, changed }),
    pricing: createPricing(),
    ssm: createSsm({ state }),
    sts: createSts({ state }),
  };
  const endpoint = await openEndpoint({ folder, state, services, faults, log }, port);
  const { httpSocket, tlsSocket, caCertificate } = endpoint;
  try {
    const machines = createMachines({ folder, state, changed, faults, httpSocket, tlsSocket, log });
    await machines.start();
    const ec2Changed = () => {
      changed();
      autoScaling.look();
    };
    const hasDefaultVpc = () => !isOrdered(folder, 'no-default-vpc');
    const ec2 = createEc2({ folder, state, machines, changed: ec2Changed, log, hasDefaultVpc });
    const autoScaling = createAutoScaling({ state, ec2: ec2.actions, changed, log });
    await ec2.settle();
    await autoScaling.start();
    services.ec2 = ec2.actions;
    services.autoscaling = autoScaling.actions;
    const cloudFormation = createCloudFormation({ state, services: { ...services }, faults, changed, log });
    cloudFormation.settle();
    services.cloudformation = cloudFormation.actions;
    // One after the other: two stand-ins lie on the same system, which is made once.
    let preparing: Promise<void> = Promise.resolve();
    return {
      endpoint,
      state,
      prepareBaseImages: standIns => {
        const register = () => registerBaseImages(state, standIns, { folder, caCertificate, log: progress });
        preparing = preparing.then(register, register).then(changed);
        return preparing;
      },
      async stop() {
        await endpoint.close();
        await cloudFormation.stop();
        await autoScaling.stop();
        await ec2.stop();
        await machines.stop();
      },
    };
  } catch (error) {
    await endpoint.close();
    throw error;
  }
}

type EndpointOptions = Parameters<typeof createEndpoint>[0];

async function openEndpoint(options: EndpointOptions, port: number): Promise<Endpoint> {
  try {
    return await createEndpoint({ ...options, port });
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    options.log(`Port ${port} is taken by somebody else; taking another one.`);
    return createEndpoint({ ...options, port: 0 });
  }
}
