import picomatch from 'picomatch';

/** `!` and brackets mean themselves: a pattern says which stacks, never which not. */
const OPTIONS = { nonegate: true, noextglob: true, dot: true };
/** Names that nobody gives to anything. What matches all of them has no more to say than `*`. */
const NAMES_OF_NOTHING = ['q7Zk-V0x3Wj9u-eR', 'A2mfT-8yLd5Qs-k', 'x1Gh6pB-nC4vD', 'J9-uWq0aEzs7oK'];

/** True for names that match any of the glob patterns; for every name when there are none. */
export function matcher(patterns: string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => true;
  const isMatch = picomatch(patterns, OPTIONS);
  return name => isMatch(name); // it takes more, so it can not be passed on as it is
}

/** True for a pattern that chooses nothing: `*`, `**`, `?*`, `[a-z]*`, `{x,*}`, ... */
export function isOnlyWildcard(pattern: string): boolean {
  const literal = pattern.replaceAll(/\[[^\]]*\]|[*?{},/]/g, '');
  return literal === '' || NAMES_OF_NOTHING.every(matcher([pattern]));
}
