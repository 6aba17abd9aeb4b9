import { nearest } from './nearest.ts';
import type { Problem } from './problems.ts';

/** So many are named one by one: who has more has given the wrong file. */
const NAMED = 20;

/**
 * A problem for each name that is unknown, with a hint at what was probably meant, and one for all others where there
 * are very many. `problemOf` gives what is wrong with a name, but for how to mend it.
 */
export function unknownNames<Name>(
  names: readonly Name[],
  known: readonly string[],
  textOf: (name: Name) => string,
  problemOf: (name: Name) => Omit<Problem, 'fix'>,
): Problem[] {
  const problems = names.slice(0, NAMED).map(name => ({ ...problemOf(name), fix: nearest(textOf(name), known) }));
  const next = names[NAMED];
  if (next === undefined) return problems;
  const message = `is not known either, nor are ${(names.length - NAMED - 1).toLocaleString('en')} more after it`;
  return [...problems, { ...problemOf(next), message, fix: `Known are: ${[...known].sort().join(', ')}.` }];
}
