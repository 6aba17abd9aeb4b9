import { expect, it } from 'vitest';
import { Failure } from './failure.ts';
import { Passing, retry } from './retry.ts';

it('gives the first answer', async () => {
  expect(await retry('it', 1000, async () => 5)).toBe(5);
});

it('tries again after passing trouble, with growing pauses that are never the same', async () => {
  const pauses: number[] = [];
  let tries = 0;
  const attempt = async () => {
    if (++tries <= 8) throw new Passing('not yet');
    return tries;
  };
  expect(await retry('it', 60_000, attempt, async pause => pauses.push(pause))).toBe(9);
  const longest = [100, 200, 400, 800, 1600, 3200, 5000, 5000];
  for (const [index, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(longest[index]! / 2);
    expect(pause).toBeLessThanOrEqual(longest[index]!);
  }
  expect(new Set(pauses).size).toBe(8);
});

it('gives up in time and says what it was, how often and why', async () => {
  const start = performance.now();
  const failure = retry('the thing', 300, async () => {
    throw new Passing('it answered 503');
  });
  await expect(failure).rejects.toThrow(/^the thing: gave up after 0 s, tried \d times: it answered 503$/);
  await expect(failure).rejects.toBeInstanceOf(Failure);
  expect(performance.now() - start).toBeLessThan(350);
});

it('does not repeat what will not pass', async () => {
  let tries = 0;
  const attempt = async () => {
    tries++;
    throw new Failure('no');
  };
  await expect(retry('it', 1000, attempt)).rejects.toThrow('no');
  expect(tries).toBe(1);
});
