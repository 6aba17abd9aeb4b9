import { inspect } from 'node:util';
import { Failure } from './failure.ts';
import { plainLine } from './plain-line.ts';

const LONGEST = 500;

/** What was thrown, on one line, whatever it is: a Failure's message, or what else there is to know of a fault. */
export function describeThrown(thrown: unknown): string {
  if (thrown instanceof Failure && thrown.message !== '') return plainLine(thrown.message);
  if (thrown instanceof Error) {
    const place = /^\s+at (.+)$/m.exec(thrown.stack ?? '')?.[1];
    const words = `${thrown.name}: ${thrown.message || '(no message)'}`;
    return plainLine(words, LONGEST) + (place === undefined ? '' : plainLine(`, at ${place}`, LONGEST));
  }
  return `this was thrown: ${plainLine(inspect(thrown, { depth: 1, breakLength: Infinity }), LONGEST)}`;
}
