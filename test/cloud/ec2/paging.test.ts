import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { launchFake } from './launch-fake.ts';
import { paged } from './paging.ts';

async function page({ ec2 }: FakeCloud, NextToken?: string) {
  const answer = await ec2.send(new DescribeInstancesCommand({ MaxResults: 5, NextToken }));
  const ids = answer.Reservations!.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId!));
  return { ids, next: answer.NextToken };
}

test('each instance is on one page, even when others come and go between the calls', async () => {
  const cloud = await fakeCloud();
  await launchFake(cloud, { MinCount: 12, MaxCount: 12 });
  const all = Object.keys(cloud.state.instances).sort();
  const first = await page(cloud);
  expect(first.ids).toHaveLength(5);
  cloud.setTime(new Date(0));
  await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first.ids[4]!] }));
  await cloud.behind.idle();
  cloud.setTime(new Date());
  const second = await page(cloud, first.next);
  const third = await page(cloud, second.next);
  expect(third).toMatchObject({ ids: { length: 2 }, next: undefined });
  expect([...first.ids, ...second.ids, ...third.ids].sort()).toEqual(all);
});

test('the last page is full when it comes out even, and there is no empty one after it', () => {
  const items = ['a', 'b', 'c', 'd', 'e'];
  expect(paged(items, { MaxResults: '5' }, item => item)).toEqual({ items });
  expect(paged(items, {}, item => item)).toEqual({ items });
});

test.each([
  [{ MaxResults: '4' }, 'InvalidParameterValue'],
  [{ MaxResults: '1001' }, 'InvalidParameterValue'],
  [{ MaxResults: 'five' }, 'InvalidParameterValue'],
  [{ NextToken: 'made up' }, 'InvalidNextToken'],
])('%j is refused', (parameters, code) => {
  expect(() => paged(['a'], parameters, item => item)).toThrow(expect.objectContaining({ code }));
});
