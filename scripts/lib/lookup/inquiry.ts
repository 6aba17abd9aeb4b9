import type { Aws } from '../aws/clients.ts';
import { notAsked } from '../aws/errors.ts';
import type { Problem } from '../command/problems.ts';
import type { Resolved, Settings } from '../parameters/settings.ts';

/** What the look-ups share: whom to ask, what was given, and where to put what they find. */
export interface Inquiry<Clients = Aws> {
  aws: Clients;
  settings: Settings;
  /** Everything that is wrong, what was found before the look-ups included. */
  problems: Problem[];
  /** What could not be found out, and why: never counted as wrong. */
  notChecked: string[];
  /** What is no mistake but should be known before the build. */
  notes: string[];
}

/** A parameter's value, unless it is missing or already known to be wrong: then there is nothing to ask about it. */
export function usable({ settings, problems }: Inquiry<unknown>, name: string): Resolved | undefined {
  return problems.some(({ parameter }) => parameter === name) ? undefined : settings.get(name);
}

/** Adds a problem with the value of a parameter. */
export function wrong(
  inquiry: Inquiry<unknown>,
  parameter: string,
  about: Resolved,
  message: string,
  fix: string,
): void {
  inquiry.problems.push({ parameter, value: about.value, source: about.source, message, fix });
}

/** Runs a look-up; when the credentials may not ask that, it says so and goes on. */
export async function ask(inquiry: Inquiry<unknown>, what: string, question: () => Promise<void>): Promise<void> {
  try {
    await question();
  } catch (error) {
    inquiry.notChecked.push(notAsked(what, error));
  }
}
