import { expect, test } from 'vitest';
import type { AutoScalingGroup } from './group.ts';
import { groupResource } from './group-resource.ts';

const arn = 'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1-2-3:autoScalingGroupName/workers';
const workers = { name: 'workers', arn, instances: { 'i-1': {} } } as unknown as AutoScalingGroup;
const anyOther = 'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:*:autoScalingGroupName/other';

test.each([
  ['UpdateAutoScalingGroup', { AutoScalingGroupName: 'workers' }, arn],
  ['CreateAutoScalingGroup', { AutoScalingGroupName: 'other', Tags: [{ Key: 'a' }] }, anyOther],
  ['SetInstanceHealth', { InstanceId: 'i-1' }, arn],
  ['TerminateInstanceInAutoScalingGroup', { InstanceId: 'i-2' }, '*'],
  ['CreateOrUpdateTags', { Tags: [{ ResourceId: 'workers', Key: 'a' }] }, arn],
  ['DescribeAutoScalingGroups', { AutoScalingGroupNames: ['workers'] }, '*'],
  ['DescribeScalingActivities', { AutoScalingGroupName: 'workers' }, '*'],
  ['SetInstanceHealth', {}, '*'],
])('%s %j is about %s', (action, parameters, resource) => {
  expect(groupResource({ autoScalingGroups: { workers } }, action, parameters)).toBe(resource);
});
