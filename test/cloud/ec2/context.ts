import type { Machines } from '../instances/machines.ts';
import type { State } from '../state.ts';
import type { Background } from './background.ts';

/** What every action of EC2 works with. */
export interface Ec2Context {
  /** The cloud's folder: images keep their files below it. */
  folder: string;
  /** What is in the region that is called. */
  state: State;
  region: string;
  /** What is in all regions: in the first one, and below `elsewhere`. */
  account: State;
  machines: Machines;
  /** To be called after a change that no call of the API waits for, so that it is kept. */
  changed(): void;
  log(line: string): void;
  now(): Date;
  /** Work that goes on after an action has answered. */
  background: Background;
}
