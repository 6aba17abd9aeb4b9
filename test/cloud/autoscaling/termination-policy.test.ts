import { expect, test } from 'vitest';
import type { AutoScalingGroup, GroupInstance } from './group.ts';
import { firstToGo } from './termination-policy.ts';

const NOW = new Date('2026-01-01T12:00:00Z');
const CURRENT = 'lt-current';

/** An instance that was launched so many minutes ago. */
function instance(instanceId: string, minutes: number, version: string, template = CURRENT): GroupInstance {
  return {
    instanceId,
    lifecycleState: 'InService',
    healthStatus: 'Healthy',
    protectedFromScaleIn: false,
    instanceType: 't3.micro',
    imageId: 'ami-1',
    launchTemplate: { LaunchTemplateId: template, LaunchTemplateName: template, Version: version },
    launchedAt: new Date(NOW.getTime() - minutes * 60_000).toISOString(),
    subnetId: 'subnet-1',
  };
}

const OLD = instance('old', 300, '10');
const NEW = instance('new', 1, '10');
const NEAR_HOUR = instance('near the hour', 59, '10');
const OLD_VERSION = instance('old version', 30, '9');
const OTHER_TEMPLATE = instance('other template', 20, '99', 'lt-other');

test.each<[string[], GroupInstance[], string]>([
  [['Default'], [OLD, NEW, NEAR_HOUR, OLD_VERSION], 'old version'],
  [['Default'], [OLD, OLD_VERSION, OTHER_TEMPLATE], 'other template'],
  [['Default'], [OLD, NEW, NEAR_HOUR], 'near the hour'],
  [['OldestInstance'], [NEW, OLD, OLD_VERSION], 'old'],
  [['NewestInstance'], [OLD, NEW, OLD_VERSION], 'new'],
  [['OldestLaunchTemplate', 'OldestInstance'], [NEW, NEAR_HOUR, OLD], 'old'],
  [['OldestLaunchTemplate'], [NEW, OLD_VERSION], 'old version'],
  [['ClosestToNextInstanceHour'], [OLD_VERSION, NEAR_HOUR], 'near the hour'],
  [['AllocationStrategy', 'NewestInstance'], [OLD, NEW], 'new'],
])('%j of %#', (terminationPolicies, instances, expected) => {
  const group = { terminationPolicies } as AutoScalingGroup;
  expect(firstToGo(group, instances, { templateId: CURRENT, now: NOW })?.instanceId).toBe(expected);
});

test('what is protected never goes', () => {
  const group = { terminationPolicies: ['OldestInstance'] } as AutoScalingGroup;
  const settings = { templateId: CURRENT, now: NOW };
  const kept = { ...OLD, protectedFromScaleIn: true };
  expect(firstToGo(group, [kept, NEW], settings)).toBe(NEW);
  expect(firstToGo(group, [kept], settings)).toBeUndefined();
});
