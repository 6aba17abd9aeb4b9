import { findInstanceType } from './ec2/instance-types.ts';
import { Fault, type Parameters, type Service } from './service.ts';
import { REGION } from './state.ts';

/** The price list, as far as it says what an hour of an instance costs on demand. What runs here costs nothing. */
export function createPricing(): Service {
  return {
    GetProducts: parameters => {
      if (parameters.ServiceCode !== 'AmazonEC2') {
        throw new Fault('InvalidParameterException', 'The local cloud has the price list of AmazonEC2 only');
      }
      const wanted = filters(parameters);
      const type = findInstanceType(wanted.get('instanceType') ?? '');
      const isListed = type && (wanted.get('regionCode') ?? REGION) === REGION;
      return { FormatVersion: 'aws_v1', PriceList: isListed ? [product(type.name, type.hourlyPrice)] : [] };
    },
  };
}

function filters({ Filters = [] }: Parameters): Map<string, string> {
  return new Map(Filters.map(({ Field, Value }: { Field: string; Value: string }) => [Field, Value]));
}

/** One product, as text: the price list is JSON within JSON. */
function product(instanceType: string, price: number): string {
  const dimension = { unit: 'Hrs', pricePerUnit: { USD: price.toFixed(10) } };
  return JSON.stringify({
    product: { productFamily: 'Compute Instance', attributes: { instanceType, regionCode: REGION } },
    serviceCode: 'AmazonEC2',
    terms: { OnDemand: { 'LOCAL.TERM': { priceDimensions: { 'LOCAL.TERM.RATE': dimension } } } },
  });
}
