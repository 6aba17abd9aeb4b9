import { Fault, type Service } from '../service.ts';
import { REGIONS, VPC_ID, ZONE } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { filtered } from './filters.ts';
import { list } from './parameters.ts';

/** The regions, the zone of the first one, and what holds for the account as a whole. */
export function regionActions({ region: called, state }: Ec2Context): Service {
  return {
    DescribeRegions: parameters => {
      const unknown = list(parameters, 'RegionName').find(name => !REGIONS.includes(name));
      if (unknown !== undefined) {
        throw new Fault(
          'InvalidParameterValue',
          `Invalid region: ${unknown}. The local cloud has ${REGIONS.join(', ')}.`,
        );
      }
      const asked = list(parameters, 'RegionName');
      const listed = REGIONS.filter(name => asked.length === 0 || asked.includes(name)).map(name => ({
        name,
        endpoint: `ec2.${name}.amazonaws.com`,
        tags: {},
      }));
      const regions = filtered(listed, parameters, {
        endpoint: ({ endpoint }) => endpoint,
        'opt-in-status': () => 'opt-in-not-required',
        'region-name': ({ name }) => name,
      });
      const item = ({ name, endpoint }: (typeof listed)[number]) => ({
        regionName: name,
        regionEndpoint: endpoint,
        optInStatus: 'opt-in-not-required',
      });
      return { regionInfo: regions.map(item) };
    },
    DescribeAvailabilityZones: parameters => {
      const there = Object.keys(state.vpcs).length > 0 ? [{ tags: {} }] : [];
      const unknown = list(parameters, 'ZoneName').find(name => name !== ZONE || there.length === 0);
      if (unknown !== undefined) throw new Fault('InvalidParameterValue', `Invalid availability zone: [${unknown}]`);
      const zones = filtered(there, parameters, {
        'region-name': () => called,
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
          regionName: called,
          groupName: called,
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
