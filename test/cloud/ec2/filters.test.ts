import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { fakeCloud } from '../fake-cloud.ts';

const names = (number: number) => Array.from({ length: number }, (_, index) => `name-${index}`);

test('filters have as many values as EC2 takes, and no more', async () => {
  const { ec2 } = await fakeCloud();
  const ask = (Filters: { Name: string; Values: string[] }[]) => ec2.send(new DescribeImagesCommand({ Filters }));
  const tags = (number: number) => names(number).map(name => ({ Name: `tag:${name}`, Values: ['x'] }));
  await ask([{ Name: 'name', Values: names(200) }]);
  await ask([{ Name: 'name', Values: ['x'.repeat(255)] }]);
  await ask(tags(50));
  for (const [filters, what] of [
    [[{ Name: 'name', Values: names(201) }], 'number of filter values specified on a single call is 200'],
    [[{ Name: 'name', Values: ['x'.repeat(256)] }], 'length of filter values is 255 characters'],
    [tags(51), 'number of filters specified on a single call is 50'],
  ] as const) {
    const message = `The maximum ${what}`;
    await expect(ask(filters as never)).rejects.toMatchObject({ name: 'FilterLimitExceeded', message });
  }
});
