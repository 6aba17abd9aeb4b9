import { expect, it } from 'vitest';
import { Failure } from './failure.ts';
import { describeThrown } from './thrown.ts';

function without(stack: 'stack', error: Error): Error {
  delete error[stack];
  return error;
}

it.each([
  [new Failure('the disk is full'), 'the disk is full'],
  [without('stack', new TypeError('x is not a function')), 'TypeError: x is not a function'],
  [without('stack', new Error()), 'Error: (no message)'],
  [without('stack', new Failure('')), 'Error: (no message)'],
  [undefined, 'this was thrown: undefined'],
  [null, 'this was thrown: null'],
  ['oh no', "this was thrown: 'oh no'"],
  ['', "this was thrown: ''"],
  [5, 'this was thrown: 5'],
  [Symbol('x'), 'this was thrown: Symbol(x)'],
  [Object.create(null), 'this was thrown: [Object: null prototype] {}'],
  [{ status: 3 }, 'this was thrown: { status: 3 }'],
])('describes %o', (thrown, words) => {
  expect(describeThrown(thrown)).toBe(words);
});

it('says where an error comes from', () => {
  expect(describeThrown(new Error())).toMatch(/^Error: \(no message\), at .*thrown\.test\.ts:\d+:\d+\)?$/);
});

it.each([new Failure('a\nb\u001b[31m\u202e'), new Error('a\nb\u001b[31m\u202e'), 'a\nb\u001b[31m\u202e'])(
  'keeps %j on one line, without control characters',
  thrown => {
    expect(describeThrown(thrown)).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(describeThrown(thrown)).toMatch(/a(\\u000a|\\n)b/);
  },
);

it('cuts off what is long', () => {
  expect(describeThrown(new Error('x'.repeat(1e6))).length).toBeLessThan(1_100);
  expect(describeThrown('x'.repeat(1e6)).length).toBeLessThan(1_100);
});
