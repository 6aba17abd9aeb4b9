import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clean, cleanLines, quote, shellWord } from './clean.ts';

it.each([
  ['colours', 'a\u001b[31mb', 'a [31mb'],
  ['a window title', 'a\u001b]0;owned\u0007', 'a ]0;owned '],
  ['the 8-bit form of the same', 'a\u009b31mb', 'a 31mb'],
  ['an overwritten line', 'all is well\rno', 'all is well no'],
  ['a line of its own', 'a\nDone.', 'a Done.'],
  ['an override of direction', 'a\u202egpj.exe', 'a gpj.exe'],
  ['isolates and marks of direction', 'a\u2066b\u2069c\u200ed\u200fe\u061cf', 'a b c d e f'],
  ['separators of lines and paragraphs', 'a\u2028b\u2029c', 'a b c'],
  ['half a character', 'a\ud800b', 'a b'],
  ['letters of any script, and emoji', 'grüße שלום 你好 👩‍🚀', 'grüße שלום 你好 👩‍🚀'],
])('%s', (_what, text, shown) => {
  expect(clean(text)).toBe(shown);
});

it('text of several lines keeps them', () => {
  expect(cleanLines('a\tb\n\u001b[2Jc\r\n')).toBe('a\tb\n [2Jc \n');
});

it('between quotes it shows as what it is', () => {
  expect(quote('a"\u001b\u202e\n')).toBe('"a\\"\\u001b\\u202e\\n"');
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => clean(quote(text)) === quote(text)));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => JSON.parse(quote(text)) === text));
});

it('a shell reads a word back as it was', () => {
  const words = ['plain-1.2/a', '', 'a b', "it's", '$(reboot)', '`x`', 'a\nb', '\\', '-n', '~', '*', 'ä'];
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`], { encoding: 'utf8' });
  expect(stdout.split('\0').slice(0, -1)).toEqual(words);
  expect(shellWord('plain-1.2/a')).toBe('plain-1.2/a');
});
