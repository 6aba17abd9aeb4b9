import type { StepRecord } from '../../scripts/lib/command/steps.ts';
import { median } from './measure.ts';

/** One step of a build, cold and warm, in seconds. */
export interface ComparedStep {
  name: string;
  cold: number;
  warm: number;
}

/** What each step took in a cold build, and, as a median, in warm ones; in the order of the cold build. */
export function compareSteps(cold: StepRecord[], warm: StepRecord[][]): ComparedStep[] {
  return cold.map(({ name, seconds }) => ({
    name: name.trim(),
    cold: seconds,
    warm: median(warm.flatMap(steps => steps.filter(step => step.name === name).map(step => step.seconds))),
  }));
}
