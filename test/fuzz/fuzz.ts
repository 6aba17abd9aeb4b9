import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';

/** How long each file of this folder looks for a text that something falls over. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0.3);

/** Of every property, by its name, the cases that ever failed: they are tried before others. */
const FILE = join(import.meta.dirname, 'failed.json');
type Failed = Record<string, { seed: number; path: string }[]>;
const readFailed = (): Failed => JSON.parse(readFileSync(FILE, 'utf8'));
const FAILED = readFailed();

/** Tries a property of all texts of one form, for as long as FUZZ_SECONDS says. A case that fails is kept. */
export function fuzz<Given>(name: string, given: fc.Arbitrary<Given>, hold: (given: Given) => void): void {
  const property = fc.property(given, hold);
  it(
    name,
    () => {
      for (const { seed, path } of FAILED[name] ?? [])
        fc.assert(property, { seed, path, numRuns: 1, endOnFailure: true });
      const options = { numRuns: Number.POSITIVE_INFINITY, interruptAfterTimeLimit: SECONDS * 1000 };
      const found = fc.check(property, options);
      if (found.failed && found.counterexamplePath !== null) {
        // Read again: other files run beside this one.
        const failed = readFailed();
        failed[name] = [...(failed[name] ?? []), { seed: found.seed, path: found.counterexamplePath }];
        writeFileSync(FILE, `${JSON.stringify(failed, null, 2)}\n`);
      }
      expect(found.numRuns).toBeGreaterThan(50);
      if (found.failed) throw new Error(fc.defaultReportMessage(found));
    },
    SECONDS * 1000 + 60_000,
  );
}

/** What breaks readers: quotes, escapes, ends of lines, marks of direction, halves of characters, names of prototypes. */
const SHARP = [
  ...['', ' ', '\t', '\n', '\r', '\0', '\u001b[2J', '\u009b', '\u202e', '\u2066', '\u2028', '\ud800', '\ufeff'],
  ...['"', "'", '`', '\\', '%', '%zz', '%2F..', '..', '/', '//', '$', '${version}', '${region}', '$(x)', ';', '&', '*'],
  ...['__proto__', 'constructor', 'toString', 'null', '~', '-1', '1e999', '0x1', '.', '👩‍🚀', 'é', 'e\u0301'],
];

/** Text of such, and of anything else. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...SHARP), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 5 })
  .map(parts => parts.join(''));

/** Text that is nearly of a language: pieces of it, with anything between. */
export function nearly(pieces: readonly string[], maxLength = 24): fc.Arbitrary<string> {
  const piece = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: anyText });
  return fc.array(piece, { maxLength }).map(parts => parts.join(''));
}
