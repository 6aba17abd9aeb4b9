import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import { guarded } from '../aws/calls.ts';

/** Who can not reach it, from a network without a way out, is not kept waiting; in milliseconds. */
const PATIENCE = { connectionTimeout: 2000, requestTimeout: 5000 };

/** What an hour of an on-demand Linux instance costs in a region, in USD; nothing when the price list has no answer. */
export async function lookUpHourlyPrice(
  partition: string,
  instanceType: string,
  region: string,
): Promise<number | undefined> {
  // Only few regions serve the list, for all of the partition; others have another currency, or no list at all.
  if (partition !== 'aws') return undefined;
  const pricing = guarded(new PricingClient({ region: 'us-east-1', maxAttempts: 2, requestHandler: PATIENCE }));
  const wanted = {
    instanceType,
    regionCode: region,
    operatingSystem: 'Linux',
    tenancy: 'Shared',
    preInstalledSw: 'NA',
    capacitystatus: 'Used',
  };
  const Filters = Object.entries(wanted).map(([Field, Value]) => ({ Type: 'TERM_MATCH' as const, Field, Value }));
  const { PriceList = [] } = await pricing.send(new GetProductsCommand({ ServiceCode: 'AmazonEC2', Filters }));
  // Each product is JSON within JSON (AWS Price List API guide, "Reading a price list").
  const product: Product | undefined = PriceList[0] && JSON.parse(String(PriceList[0]));
  const [term] = Object.values(product?.terms?.OnDemand ?? {});
  const [dimension] = Object.values(term?.priceDimensions ?? {});
  const price = Number(dimension?.pricePerUnit?.USD);
  return price > 0 ? price : undefined;
}

/** The part of a product that has its price. */
interface Product {
  terms?: { OnDemand?: Record<string, { priceDimensions?: Record<string, { pricePerUnit?: { USD?: string } }> }> };
}
