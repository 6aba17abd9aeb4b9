import { expect, test } from 'vitest';
import { changesAsText, isOk, resultOfEnding, resultsAsText } from './results.ts';
import { sampleStack } from './samples.ts';

const update = { stack: sampleStack(), to: 'ami-new', token: 't', startedAt: new Date('2026-11-26T10:00:00Z') };
const ending = (status: string, reason?: string) =>
  resultOfEnding({ update, status, ok: status === 'UPDATE_COMPLETE', ...(reason && { reason }), seconds: 90 });

test('how an update ended, how long it took, and why', () => {
  expect(ending('UPDATE_COMPLETE')).toMatchObject({ outcome: 'updated', seconds: 90 });
  expect(ending('UPDATE_ROLLBACK_COMPLETE', 'no signal')).toMatchObject({
    outcome: 'rolled back',
    reason: 'no signal',
  });
  expect(ending('UPDATE_ROLLBACK_FAILED')).toMatchObject({ outcome: 'failed', reason: 'UPDATE_ROLLBACK_FAILED' });
  expect(isOk(ending('UPDATE_COMPLETE'))).toBe(true);
  expect(isOk(ending('UPDATE_ROLLBACK_COMPLETE'))).toBe(false);
});

test('as a table; nothing at all is said, too', () => {
  expect(resultsAsText([ending('UPDATE_COMPLETE')], undefined, text => text)).toMatch(
    /^stack +from +to +outcome +time +why\nprod-core +ami-\w+ +ami-new +updated +90 s\n$/,
  );
  expect(resultsAsText([], undefined, text => text)).toBe('Nothing was changed.\n');
});

test('a dry run without changes says so', () => {
  const text = changesAsText({ stack: 'a', from: 'ami-1', to: 'ami-2', outcome: 'would change', changes: [] }, 80);
  expect(text).toBe('a: ami-1 -> ami-2\nNothing would change.\n');
});
