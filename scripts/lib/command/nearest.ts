import { closest, distance } from 'fastest-levenshtein';

/** A hint at the name that was probably meant, or at all names when none is near. */
export function nearest(name: string, known: readonly string[]): string {
  const guess = closest(name.toLowerCase(), [...known]);
  const near = distance(name.toLowerCase(), guess) <= Math.max(2, Math.floor(guess.length / 2));
  return near ? `Did you mean ${guess}?` : `Known are: ${[...known].sort().join(', ')}.`;
}
