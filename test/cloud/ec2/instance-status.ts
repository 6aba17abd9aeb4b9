import { Fault, type Parameters, type Service } from '../service.ts';
import { type Instance, ZONE } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { filtered } from './filters.ts';
import { find, INSTANCE, select } from './identifiers.ts';
import { stateItem } from './instance-lifecycle.ts';
import { findInstanceType } from './instance-types.ts';
import { INSTANCE_FILTERS, refusePagesOfNamed } from './instances.ts';
import { paged } from './paging.ts';
import { flag, list, required } from './parameters.ts';

/** EC2 gives the end of the console log, this many bytes. */
const CONSOLE_BYTES = 65_536;

/** DescribeInstanceStatus and GetConsoleOutput: how the machine behind an instance is doing. */
export function instanceStatusActions({ state, machines, now }: Ec2Context): Service {
  return {
    DescribeInstanceStatus: async parameters => {
      refusePagesOfNamed(parameters);
      const listed = select(state.instances, list(parameters, 'InstanceId'), INSTANCE).filter(
        instance => instance.state === 'running' || flag(parameters, 'IncludeAllInstances') === true,
      );
      const statuses = await Promise.all(
        listed.map(async instance => ({ ...instance, status: await statusOf(instance) })),
      );
      const matching = filtered(statuses, parameters, {
        ...INSTANCE_FILTERS,
        'instance-status.status': ({ status }) => status,
        'system-status.status': ({ status }) => status,
      });
      const { items, nextToken } = paged(matching, parameters, ({ instanceId }) => instanceId);
      return { instanceStatusSet: items.map(item => statusItem(item, item.status)), nextToken };
    },
    GetConsoleOutput: async parameters => {
      const { instanceId, instanceType } = find(state.instances, required(parameters, 'InstanceId'), INSTANCE);
      if (flag(parameters, 'Latest') && findInstanceType(instanceType)?.hypervisor !== 'nitro') {
        throw new Fault(
          'UnsupportedOperation',
          'The instance type does not support retrieving the latest console output',
        );
      }
      const output = Buffer.from(await machines.console(instanceId)).subarray(-CONSOLE_BYTES);
      return { instanceId, timestamp: now().toISOString(), output: output.toString('base64') };
    },
  };

  async function statusOf({ instanceId, state }: Instance): Promise<string> {
    if (state !== 'running') return 'not-applicable';
    return (await machines.isUp(instanceId)) ? 'ok' : 'initializing';
  }
}

function statusItem({ instanceId, state }: Instance, status: string): Parameters {
  const reachability = { ok: 'passed', initializing: 'initializing' }[status];
  const summary = { status, details: reachability ? [{ name: 'reachability', status: reachability }] : [] };
  return {
    instanceId,
    availabilityZone: ZONE,
    instanceState: stateItem(state),
    systemStatus: summary,
    instanceStatus: summary,
  };
}
