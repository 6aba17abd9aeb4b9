import { expect, test } from 'vitest';
import { checkLimits, LIMITS, readLimit } from './limits.ts';

const everyLimit = Object.entries(LIMITS).flatMap(([service, actions]) =>
  Object.entries(actions).flatMap(([action, limits]) =>
    Object.entries(limits).map(([name, limit]) => ({ service, action, name, limit })),
  ),
);

function sized(kind: string, size: number): unknown {
  if (kind === 'integer') return String(size);
  return kind === 'list' ? Array(size).fill('x') : 'x'.repeat(size);
}

test('there are limits for every service that has some', () => {
  expect(Object.keys(LIMITS)).toEqual(['autoscaling', 'cloudformation', 'ec2', 'iam', 'pricing', 'ssm']);
  expect(everyLimit.length).toBeGreaterThan(150);
});

test.each(everyLimit)('$service:$action takes $name as long as it is $limit', ({ service, action, name, limit }) => {
  const { of, min, max } = readLimit(limit);
  const check = (size: number) => () => checkLimits(service, action, { [name]: sized(of, size) });
  const isUnbounded = max === Number.POSITIVE_INFINITY;
  check(isUnbounded ? min + 1 : max)();
  check(Math.max(min, 1))();
  if (!isUnbounded) expect(check(max + 1)).toThrow(`less than or equal to ${max}`);
  // An empty text is none, in EC2.
  if (min > 1 || (min === 1 && !(service === 'ec2' && of === 'string'))) {
    expect(check(min - 1)).toThrow(`greater than or equal to ${min}`);
  }
});

test.each([
  ['iam', 'GetRole', { RoleName: 'x'.repeat(65) }, 'ValidationError'],
  ['ssm', 'GetParameters', { Names: [] }, 'ValidationException'],
  ['ec2', 'DescribeVpcs', { MaxResults: '4' }, 'InvalidParameterValue'],
  ['ec2', 'CreateImage', { Name: 'ab' }, 'InvalidAMIName.Malformed'],
])('%s:%s refuses in its own words', (service, action, parameters, code) => {
  expect(() => checkLimits(service, action, parameters)).toThrow(expect.objectContaining({ code }));
});

test('what is not there, or no such thing, is left to the action', () => {
  checkLimits('iam', 'GetRole', {});
  checkLimits('iam', 'GetRole', { RoleName: ['x'] });
  checkLimits('ec2', 'DescribeVpcs', { MaxResults: 'many' });
  checkLimits('ec2', 'CreateImage', { Name: '' });
  checkLimits('nothing', 'Nothing', { Name: '' });
});
