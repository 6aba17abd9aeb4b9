import { GetProductsCommand } from '@aws-sdk/client-pricing';
import { expect, test } from 'vitest';
import { fakeCloud } from './fake-cloud.ts';

async function prices(instanceType: string, regionCode: string): Promise<string[]> {
  const { pricing } = await fakeCloud();
  const filter = (Field: string, Value: string) => ({ Type: 'TERM_MATCH' as const, Field, Value });
  const Filters = [filter('instanceType', instanceType), filter('regionCode', regionCode)];
  const { PriceList = [] } = await pricing.send(new GetProductsCommand({ ServiceCode: 'AmazonEC2', Filters }));
  return PriceList.map(String);
}

test('an hour of an instance has a price in the one region there is', async () => {
  const [product = ''] = await prices('m6i.large', 'us-east-1');
  expect(JSON.parse(product).terms.OnDemand['LOCAL.TERM'].priceDimensions['LOCAL.TERM.RATE']).toEqual({
    unit: 'Hrs',
    pricePerUnit: { USD: '0.0960000000' },
  });
  expect(await prices('m6i.large', 'eu-west-1')).toEqual([]);
  expect(await prices('x9.huge', 'us-east-1')).toEqual([]);
});

test('there is no other price list', async () => {
  const { pricing } = await fakeCloud();
  await expect(pricing.send(new GetProductsCommand({ ServiceCode: 'AmazonS3' }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});
