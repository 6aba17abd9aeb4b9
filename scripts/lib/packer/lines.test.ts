import { once } from 'node:events';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { eachLine } from './lines.ts';

async function linesOf(...chunks: Buffer[]): Promise<string[]> {
  const stream = Readable.from(chunks);
  const lines: string[] = [];
  eachLine(stream, line => lines.push(line));
  await once(stream, 'end');
  return lines;
}

it('gives every line, also the last one that has no end', async () => {
  expect(await linesOf(Buffer.from('a\n\nb\nc'))).toEqual(['a', '', 'b', 'c']);
  expect(await linesOf(Buffer.from('a\n'))).toEqual(['a']);
});

it('puts together what comes in pieces, characters too', async () => {
  const bytes = Buffer.from('gr\u00fc\u00dfe\nb\n');
  expect(await linesOf(...Array.from(bytes, (_, n) => bytes.subarray(n, n + 1)))).toEqual(['gr\u00fc\u00dfe', 'b']);
});

it.each(['\r', '\u2028', '\u2029', '\v', '\f', '\u0085'])('%j ends no line', async character => {
  expect(await linesOf(Buffer.from(`a${character}b\n`))).toEqual([`a${character}b`]);
});
