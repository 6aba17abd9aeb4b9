import { clean } from '../command/clean.ts';
import type { Progress } from '../command/progress.ts';
import type { Steps } from '../command/steps.ts';
import type { PackerEvent } from './output.ts';

/** Turns packer's events into progress: each configurator is a step of its own, the rest shows on the live line. */
export function reporting({ progress, steps, verbose }: { progress: Progress; steps: Steps; verbose: boolean }) {
  const onEvent = (event: PackerEvent) => {
    if (event.kind === 'phase' || event.kind === 'launch') progress.working(event.text);
    if (event.kind === 'configurator') progress.working(`${event.name} (${event.number} of ${event.of})`);
    if (event.kind === 'configurator-done') {
      steps.add({ name: `  ${event.name}`, seconds: event.seconds, did: 'done', ok: true });
    }
    if (event.kind === 'configurator-failed') {
      steps.add({ name: `  ${event.name}`, seconds: event.seconds, ok: false });
    }
    if (event.kind === 'configurator-not-run') {
      steps.add({ name: `  ${event.name}`, seconds: 0, did: `not run: ${event.why}`, ok: true });
    }
  };
  const onLine = (line: string) => {
    if (verbose) progress.line(clean(line));
  };
  return { onEvent, onLine };
}
