import { given } from '../command/given.ts';
import { type Frame, main } from '../command/main.ts';
import { refuse } from '../command/problems.ts';
import type { AmiBuild } from './ami-build.ts';
import type { Declaration } from './parameter.ts';
import type { Resolution } from './resolve.ts';
import { resolveGiven } from './resolve-given.ts';
import { type Values, valuesOf } from './values.ts';

/** What a command works with: its frame, what the user said, and, typed by the declaration, the values of that. */
export interface Command<D extends Declaration, Unchecked extends boolean> extends Frame, Resolution {
  values: Unchecked extends true ? Partial<Values<D>> : Values<D>;
}

export interface CommandOptions<Unchecked extends boolean> {
  /** Where parameters of images have their defaults, and their limits. */
  amiBuild?: AmiBuild;
  /** Problems are left to the command, which finds more of them; values may be missing or wrong then. */
  unchecked?: Unchecked;
}

/** Runs a command of make: reads its parameters, refuses what is wrong with them, and gives it their values. */
export async function command<const D extends Declaration, Unchecked extends boolean = false>(
  declared: D,
  body: (command: Command<D, Unchecked>) => Promise<void>,
  { amiBuild, unchecked }: CommandOptions<Unchecked> = {},
): Promise<void> {
  await main(async frame => {
    const resolution = await resolveGiven(given(), declared, amiBuild);
    for (const note of resolution.notes) frame.progress.line(note);
    if (!unchecked) refuse(resolution.problems);
    await body({ ...frame, ...resolution, values: valuesOf(resolution.settings, declared) as never });
  });
}
