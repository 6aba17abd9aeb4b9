import { Fault, type Service } from '../service.ts';
import { REGION, VPC_ID, ZONE } from '../state.ts';
import { filtered } from './filters.ts';
import { list } from './parameters.ts';

/** The one region and zone, and what holds for the account as a whole. */
export function regionActions(): Service {
  return {
    DescribeRegions: parameters => {
      const unknown = list(parameters, 'RegionName').find(name => name !== REGION);
      if (unknown !== undefined) {
        throw new Fault('InvalidParameterValue', `Invalid region: ${unknown}. The local cloud has ${REGION} alone.`);
      }
      const regionEndpoint = `ec2.${REGION}.amazonaws.com`;
      const regions = filtered([{ tags: {} }], parameters, {
        endpoint: () => regionEndpoint,
        'opt-in-status': () => 'opt-in-not-required',
        'region-name': () => REGION,
      });
      return {
        regionInfo: regions.map(() => ({ regionName: REGION, regionEndpoint, optInStatus: 'opt-in-not-required' })),
      };
    },
    DescribeAvailabilityZones: parameters => {
      const unknown = list(parameters, 'ZoneName').find(name => name !== ZONE);
      if (unknown !== undefined) throw new Fault('InvalidParameterValue', `Invalid availability zone: [${unknown}]`);
      const zones = filtered([{ tags: {} }], parameters, {
        'region-name': () => REGION,
        state: () => 'available',
        'zone-name': () => ZONE,
        'zone-type': () => 'availability-zone',
      });
      return {
        availabilityZoneInfo: zones.map(() => ({
          zoneName: ZONE,
          zoneId: 'use1-az1',
          zoneState: 'available',
          zoneType: 'availability-zone',
          regionName: REGION,
          groupName: REGION,
          optInStatus: 'opt-in-not-required',
          messageSet: [],
        })),
      };
    },
    DescribeAccountAttributes: () => ({
      accountAttributeSet: [
        { attributeName: 'supported-platforms', attributeValueSet: [{ attributeValue: 'VPC' }] },
        { attributeName: 'default-vpc', attributeValueSet: [{ attributeValue: VPC_ID }] },
      ],
    }),
    GetEbsEncryptionByDefault: () => ({ ebsEncryptionByDefault: false }),
  };
}
