import { expect, test } from 'vitest';
import { Signals } from './signals.ts';

const never = new AbortController().signal;
const wait = (signals: Signals, count: number, timeout = 1000, stop = never) =>
  signals.wait('stack', 'group', { count, least: count, timeout, stop });

test('signals that came before are counted, each once', async () => {
  const signals = new Signals();
  expect(signals.send('stack', 'group', 'i-1', 'SUCCESS')).toBe(false);
  signals.open('stack', 'group');
  signals.send('stack', 'group', 'i-1', 'SUCCESS');
  expect(await wait(signals, 1)).toEqual({ successes: 1, failures: 0 });
  expect(await wait(signals, 1, 1)).toEqual({ successes: 0, failures: 0 });
});

test('a wait ends with the last signal, or with the first failure too many', async () => {
  const signals = new Signals();
  signals.open('stack', 'group');
  const both = wait(signals, 2);
  signals.send('stack', 'group', 'i-1', 'SUCCESS');
  signals.send('stack', 'group', 'i-2', 'SUCCESS');
  expect(await both).toEqual({ successes: 2, failures: 0 });
  const failing = wait(signals, 2);
  signals.send('stack', 'group', 'i-3', 'FAILURE');
  expect(await failing).toEqual({ successes: 0, failures: 1 });
});

test('a signal comes once; a failure may take a success back', () => {
  const signals = new Signals();
  signals.open('stack', 'group');
  signals.send('stack', 'group', 'i-1', 'SUCCESS');
  expect(() => signals.send('stack', 'group', 'i-1', 'SUCCESS')).toThrow(
    'Signal with ID i-1 for resource group already exists. Signals may only be updated with a FAILURE status.',
  );
  expect(signals.send('stack', 'group', 'i-1', 'FAILURE')).toBe(true);
});

test('a wait that has to stop throws', async () => {
  const signals = new Signals();
  signals.open('stack', 'group');
  const stop = new AbortController();
  const waiting = wait(signals, 1, 60_000, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});
