import { Background } from '../ec2/background.ts';
import { wasCutOff } from '../ec2/settle.ts';
import type { Action, Service } from '../service.ts';
import type { State } from '../state.ts';
import { activityActions } from './activities.ts';
import { adoptInstances } from './adopt.ts';
import { capacityActions } from './capacity.ts';
import type { AutoScalingContext } from './context.ts';
import { membersOf } from './group.ts';
import { groupActions } from './groups.ts';
import { instanceActions } from './instances.ts';
import { keepGroup } from './keep-group.ts';
import { serviceCall } from './launch-choice.ts';
import { launchConfigurationActions } from './launch-configurations.ts';
import { processActions } from './processes.ts';
import { tagActions } from './tags.ts';

export interface AutoScalingOptions {
  state: State;
  /** EC2's actions. */
  ec2: Service;
  /** Keeps the state. */
  changed(): void;
  log(line: string): void;
  /** The clock, for tests. */
  now?(): Date;
}

export interface AutoScaling {
  actions: Service;
  /** Starts the groups' instances again that were stopped with the cloud. To be called after EC2 has settled. */
  start(): Promise<void>;
  /** To be called whenever something about instances changed: groups look after theirs, a moment later. */
  look(): void;
  /** Waits for what is going on; no group does anything afterwards. To be called before EC2 stops. */
  stop(): Promise<void>;
  isBusy(): boolean;
  /** Resolves when the groups have nothing to do for now. */
  idle(): Promise<void>;
}

/** Auto Scaling: groups that keep their number of instances. Any action that is not here is refused. */
export function createAutoScaling(options: AutoScalingOptions): AutoScaling {
  const { state, ec2, log } = options;
  const background = new Background(log);
  const waiting = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  /** Groups look at nothing before they are started: EC2 would seem to have lost their instances. */
  let isRunning = false;

  const look = () => {
    for (const name of isRunning ? Object.keys(state.autoScalingGroups) : []) {
      if (waiting.has(name)) continue;
      waiting.add(name);
      background.run(name, `Looking after the group ${name}`, async () => {
        waiting.delete(name);
        if (isRunning) await keepGroup(context, name);
      });
    }
  };
  const context: AutoScalingContext = {
    now: () => new Date(),
    ...options,
    changed: () => {
      options.changed();
      look();
    },
    lookLater: milliseconds => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        look();
      }, milliseconds);
      timers.add(timer.unref());
    },
  };
  const actions: Service = {
    ...activityActions(context),
    ...capacityActions(context),
    ...groupActions(context),
    ...instanceActions(context),
    ...launchConfigurationActions(),
    ...processActions(context),
    ...tagActions(context),
  };
  const keeping = (name: string, action: Action): Action =>
    name.startsWith('Describe')
      ? action
      : async (parameters, call) => {
          const answer = await action(parameters, call);
          context.changed();
          return answer;
        };
  return {
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, keeping(name, action)])),
    async start() {
      adoptInstances(context);
      for (const group of Object.values(state.autoScalingGroups)) {
        const members = membersOf(group).flatMap(({ instanceId }) => state.instances[instanceId] ?? []);
        const ids = members.filter(wasCutOff).map(({ instanceId }) => instanceId);
        const parameters = { InstanceId: ids };
        if (ids.length > 0) await ec2.StartInstances!(parameters, serviceCall('StartInstances', parameters));
        // What kept a launch from succeeding may have gone with the old cloud.
        delete group.nextLaunch;
      }
      isRunning = true;
      look();
    },
    look,
    async stop() {
      isRunning = false;
      for (const timer of timers) clearTimeout(timer);
      await background.idle();
    },
    isBusy: () => background.isBusy,
    idle: () => background.idle(),
  };
}
