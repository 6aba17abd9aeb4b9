import { Background } from '../ec2/background.ts';
import { authorizeAction } from '../endpoint/authorization.ts';
import type { Action, Faults, Service } from '../service.ts';
import { Fault } from '../service.ts';
import { REGION, type State } from '../state.ts';
import { changeSetActions } from './change-set-actions.ts';
import type { CloudFormationContext } from './context.ts';
import { describeActions } from './describe-actions.ts';
import { settle } from './settle.ts';
import { signalActions } from './signal-actions.ts';
import { Signals } from './signals.ts';
import { stackActions } from './stack-actions.ts';
import { templateActions } from './template-actions.ts';

/** How long the state may lag behind what goes on in the background, in milliseconds. */
const KEEP_DELAY = 200;

export interface CloudFormationOptions {
  state: State;
  /** The services whose actions make resources; CloudFormation itself is not among them. */
  services: Record<string, Service>;
  faults: Faults;
  /** Keeps the state. */
  changed(): void;
  log(line: string): void;
  /** The clock, for tests. */
  now?(): Date;
  /** Milliseconds between two looks at other services. */
  pollEvery?: number;
}

export interface CloudFormation {
  actions: Service;
  /** Ends what an earlier run left in the middle. To be called before any action. */
  settle(): void;
  /** Ends what is going on, as settle() does. To be called before the services stop. */
  stop(): Promise<void>;
  /** Resolves when nothing goes on with any stack. */
  idle(): Promise<void>;
}

/** CloudFormation, as far as worker stacks ask of it. Any action that is not here is refused. */
export function createCloudFormation(options: CloudFormationOptions): CloudFormation {
  const { state, services, faults, changed, log } = options;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const context: CloudFormationContext = {
    now: () => new Date(),
    pollEvery: 500,
    ...options,
    background: new Background(log),
    stopping: stopping.signal,
    signals: new Signals(),
    cancels: new Map(),
    read: new Map(),
    changedSoon() {
      timer ??= setTimeout(() => {
        timer = undefined;
        changed();
      }, KEEP_DELAY).unref();
    },
    async call(caller, service, name, parameters) {
      authorizeAction('query', caller, state, { service, name, parameters });
      const action = services[service]?.[name];
      if (!action) throw new Fault('InvalidAction', `The local cloud does not know ${service}:${name}`);
      await faults.apply(service, name);
      const asService = { kind: 'service' as const, service: 'cloudformation' };
      return action(parameters, { service, action: name, parameters, region: REGION, caller: asService });
    },
  };
  const actions: Service = {
    ...changeSetActions(context),
    ...describeActions(context),
    ...signalActions(context),
    ...stackActions(context),
    ...templateActions(context),
  };
  const keeping = (name: string, action: Action): Action =>
    /^(Describe|Get|List|Validate)/.test(name)
      ? action
      : async (parameters, call) => {
          const answer = await action(parameters, call);
          changed();
          return answer;
        };
  return {
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, keeping(name, action)])),
    settle() {
      settle(context);
      changed();
    },
    async stop() {
      stopping.abort(new Error('The local cloud is ended'));
      await context.background.idle();
      clearTimeout(timer);
      settle(context);
      clearTimeout(timer);
      changed();
    },
    idle: () => context.background.idle(),
  };
}
