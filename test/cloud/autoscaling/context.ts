import type { Service } from '../service.ts';
import type { State } from '../state.ts';

/** What every action of Auto Scaling works with. */
export interface AutoScalingContext {
  state: State;
  /** EC2's actions, which launch and terminate. */
  ec2: Service;
  /** To be called after a change that no call of the API waits for; it is kept, and the groups are looked at. */
  changed(): void;
  log(line: string): void;
  now(): Date;
  /** Looks at the groups again after so many milliseconds. */
  lookLater(milliseconds: number): void;
}
