import { Fault, type Parameters, type Service } from '../service.ts';
import type { AutoScalingContext } from './context.ts';
import { namedGroup } from './group.ts';
import { list } from './parameters.ts';

const PROCESSES = [
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'Launch',
  'ReplaceUnhealthy',
  'ScheduledActions',
  'Terminate',
];

/** SuspendProcesses and ResumeProcesses; Launch, Terminate, HealthCheck and ReplaceUnhealthy make a difference here. */
export function processActions({ state }: AutoScalingContext): Service {
  return {
    SuspendProcesses: parameters => {
      const group = namedGroup(state, parameters);
      group.suspendedProcesses = [...new Set([...group.suspendedProcesses, ...namedProcesses(parameters)])];
      return {};
    },
    ResumeProcesses: parameters => {
      const group = namedGroup(state, parameters);
      const resumed = namedProcesses(parameters);
      group.suspendedProcesses = group.suspendedProcesses.filter(process => !resumed.includes(process));
      return {};
    },
  };
}

/** All of them when none is named. */
function namedProcesses(parameters: Parameters): string[] {
  const names = list(parameters, 'ScalingProcesses');
  const unknown = names.find(name => !PROCESSES.includes(name));
  if (unknown) throw new Fault('ValidationError', `Unknown process type: ${unknown}`);
  return names.length > 0 ? names : PROCESSES;
}
