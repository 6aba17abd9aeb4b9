import { expect, test } from 'vitest';
import { readCreationPolicy, readUpdatePolicy } from './policies.ts';

test('what an update policy does not say has the value that AWS documents', () => {
  expect(readUpdatePolicy(undefined)).toEqual({ replacing: false, ignoreUnmodifiedSizes: false });
  expect(readUpdatePolicy({ AutoScalingRollingUpdate: {} }).rolling).toEqual({
    maxBatchSize: 1,
    minInstancesInService: 0,
    minSuccessfulPercent: 100,
    pauseTime: 'PT0S',
    pause: 0,
    waitOnSignals: false,
    suspend: [],
  });
  const waiting = readUpdatePolicy({ AutoScalingRollingUpdate: { WaitOnResourceSignals: 'true' } });
  expect(waiting.rolling).toMatchObject({ pauseTime: 'PT5M', pause: 300_000 });
  expect(readUpdatePolicy({ AutoScalingReplacingUpdate: { WillReplace: true } }).replacing).toBe(true);
  expect(readCreationPolicy({ ResourceSignal: {} })).toEqual({
    count: 1,
    timeout: 300_000,
    timeoutText: 'PT5M',
    percent: 100,
  });
  expect(readCreationPolicy(undefined)).toBeUndefined();
});

test.each([
  [{ AutoScalingRollingUpdate: { PauseTime: '15 minutes' } }, 'Invalid duration 15 minutes'],
  [{ AutoScalingRollingUpdate: { MaxBatchSize: 'x' } }, 'Value x of a policy must be a whole number'],
  [{ AutoScalingRollingUpdate: { Foo: 1 } }, 'The local cloud does not know Foo of AutoScalingRollingUpdate'],
  [{ CodeDeployLambdaAliasUpdate: {} }, 'The local cloud does not know CodeDeployLambdaAliasUpdate of UpdatePolicy'],
])('%j is refused', (policy, message) => {
  expect(() => readUpdatePolicy(policy)).toThrow(message);
});
