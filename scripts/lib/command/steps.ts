import { type Progress, seconds } from './progress.ts';

/** One step of a build, or one configurator within it, and how long it took. */
export interface StepRecord {
  name: string;
  seconds: number;
  /** What it did, in a few words; nothing when it failed. */
  did?: string;
  ok: boolean;
}

/** Runs a command's steps one after the other, shows them and keeps how long each took. */
export interface Steps<Name extends string = string> {
  readonly done: StepRecord[];
  run<Result>(name: Name, work: () => Promise<Result> | Result, did: (result: Result) => string): Promise<Result>;
  /** Takes in a step within the current one, which was timed elsewhere. */
  add(record: StepRecord): void;
}

export function createSteps<Name extends string = string>(progress: Progress): Steps<Name> {
  const done: StepRecord[] = [];
  const add = (record: StepRecord) => {
    done.push(record);
    const { name, did = 'failed' } = record;
    progress.line(`${name.padEnd(28)} ${seconds(record.seconds * 1000).padStart(10)}  ${did}`);
  };
  return {
    done,
    add,
    async run(name, work, did) {
      progress.working(name);
      const started = performance.now();
      const elapsed = () => Math.round(performance.now() - started) / 1000;
      try {
        const result = await work();
        add({ name, seconds: elapsed(), did: did(result), ok: true });
        return result;
      } catch (error) {
        add({ name, seconds: elapsed(), ok: false });
        throw error;
      }
    },
  };
}
