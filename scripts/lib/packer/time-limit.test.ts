import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { timeLimit } from './time-limit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('ends a build that takes too long, and says by what and how to give it longer', () => {
  const { signal } = timeLimit(new AbortController().signal, 90);
  vi.advanceTimersByTime(90 * 60_000 - 1);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.reason).toMatchObject({ exitStatus: 1 });
  expect(signal.reason.message).toMatch(/longer than build_timeout=90 minutes.*build_timeout=180/);
});

it('passes an interruption on, also one that was before; and ends nothing when it is over', () => {
  const interruption = new AbortController();
  const { signal } = timeLimit(interruption.signal, 1);
  const other = timeLimit(interruption.signal, 1);
  other.over();
  interruption.abort('Ctrl-C');
  expect(signal.reason).toBe('Ctrl-C');
  expect(timeLimit(interruption.signal, 1).signal.reason).toBe('Ctrl-C');
  vi.advanceTimersByTime(120_000);
  expect(other.signal.aborted).toBe(false);
});
