import { Fault, type Service } from '../service.ts';
import { ACCOUNT, PRIVATE_SUBNET_ID, REGION, type State, type Subnet, type Tags, VPC_ID, type Vpc } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { type FilterTable, filtered } from './filters.ts';
import { SUBNET, select, VPC } from './identifiers.ts';
import { paged } from './paging.ts';
import { list } from './parameters.ts';
import { tagSet } from './tags.ts';

interface RouteTable {
  routeTableId: string;
  /** The subnet that it belongs to; the main one belongs to those that have none of their own. */
  subnetId?: string;
  /** Where everything goes that is not for the VPC. */
  everywhere: object;
  tags: Tags;
}

const ROUTE_TABLES: RouteTable[] = [
  { routeTableId: 'rtb-0c10d000000000001', everywhere: { gatewayId: 'igw-0c10d000000000001' }, tags: {} },
  {
    routeTableId: 'rtb-0c10d000000000002',
    subnetId: PRIVATE_SUBNET_ID,
    everywhere: { natGatewayId: 'nat-0c10d000000000001' },
    tags: {},
  },
];
const ZONE_ID = 'use1-az1';

/** The default network, as far as it can be looked at; nothing of it can be changed. */
export function networkActions({ state }: Ec2Context): Service {
  return {
    DescribeVpcs: parameters => {
      const listed = select(state.vpcs, list(parameters, 'VpcId'), VPC);
      const { items, nextToken } = paged(filtered(listed, parameters, VPC_FILTERS), parameters, ({ vpcId }) => vpcId);
      return { vpcSet: items.map(vpcItem), nextToken };
    },
    DescribeSubnets: parameters => {
      const listed = select(state.subnets, list(parameters, 'SubnetId'), SUBNET);
      const isDefault = (subnet: Subnet) => state.vpcs[subnet.vpcId]!.isDefault;
      const matching = filtered(listed, parameters, {
        ...SUBNET_FILTERS,
        defaultForAz: isDefault,
        'default-for-az': isDefault,
      });
      const { items, nextToken } = paged(matching, parameters, ({ subnetId }) => subnetId);
      const inUse = (id: string) =>
        Object.values(state.instances).filter(({ subnetId, state: is }) => subnetId === id && is !== 'terminated')
          .length;
      return {
        subnetSet: items.map(subnet => subnetItem(subnet, isDefault(subnet), inUse(subnet.subnetId))),
        nextToken,
      };
    },
    DescribeRouteTables: parameters => {
      const ids = list(parameters, 'RouteTableId');
      if (ids.some(id => !ROUTE_TABLES.some(({ routeTableId }) => routeTableId === id))) {
        throw new Fault('InvalidRouteTableID.NotFound', 'The routeTable ID does not exist');
      }
      const listed = ROUTE_TABLES.filter(({ routeTableId }) => ids.length === 0 || ids.includes(routeTableId));
      const tables = filtered(listed, parameters, {
        'association.main': ({ subnetId }) => subnetId === undefined,
        'association.subnet-id': ({ subnetId }) => subnetId,
        'route-table-id': ({ routeTableId }) => routeTableId,
        'vpc-id': () => VPC_ID,
      });
      return { routeTableSet: tables.map(table => routeTableItem(table, state.vpcs[VPC_ID]!)) };
    },
    DescribeVpcEndpoints: parameters => {
      filtered([], parameters, {
        'service-name': () => undefined,
        'vpc-endpoint-id': () => undefined,
        'vpc-endpoint-state': () => undefined,
        'vpc-id': () => undefined,
      });
      return { vpcEndpointSet: [] };
    },
  };
}

/** Where things go for which nobody names a network. Throws VPCIdNotSpecified in an account that has none for that. */
export function defaultVpc({ vpcs }: State): string {
  if (vpcs[VPC_ID]!.isDefault) return VPC_ID;
  throw new Fault('VPCIdNotSpecified', 'No default VPC for this user');
}

const VPC_FILTERS: FilterTable<Vpc> = {
  cidr: vpc => vpc.cidrBlock,
  isDefault: vpc => vpc.isDefault,
  'is-default': vpc => vpc.isDefault,
  'owner-id': () => ACCOUNT,
  state: () => 'available',
  'vpc-id': vpc => vpc.vpcId,
};

const SUBNET_FILTERS: FilterTable<Subnet> = {
  availabilityZone: subnet => subnet.availabilityZone,
  'availability-zone': subnet => subnet.availabilityZone,
  'cidr-block': subnet => subnet.cidrBlock,
  'map-public-ip-on-launch': subnet => subnet.mapPublicIpOnLaunch,
  'owner-id': () => ACCOUNT,
  state: () => 'available',
  'subnet-id': subnet => subnet.subnetId,
  'vpc-id': subnet => subnet.vpcId,
};

function vpcItem({ vpcId, cidrBlock, isDefault, tags }: Vpc): object {
  return {
    vpcId,
    ownerId: ACCOUNT,
    state: 'available',
    cidrBlock,
    isDefault,
    instanceTenancy: 'default',
    tagSet: tagSet(tags),
  };
}

function subnetItem(subnet: Subnet, defaultForAz: boolean, inUse: number): object {
  const { subnetId, vpcId, cidrBlock, availabilityZone } = subnet;
  return {
    subnetId,
    subnetArn: `arn:aws:ec2:${REGION}:${ACCOUNT}:subnet/${subnetId}`,
    state: 'available',
    ownerId: ACCOUNT,
    vpcId,
    cidrBlock,
    // A /24 without the five addresses that AWS keeps for itself.
    availableIpAddressCount: 251 - inUse,
    availabilityZone,
    availabilityZoneId: ZONE_ID,
    defaultForAz,
    mapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    tagSet: tagSet(subnet.tags),
  };
}

function routeTableItem({ routeTableId, subnetId, everywhere, tags }: RouteTable, { vpcId, cidrBlock }: Vpc): object {
  const state = { state: 'active' };
  return {
    routeTableId,
    vpcId,
    ownerId: ACCOUNT,
    routeSet: [
      { destinationCidrBlock: cidrBlock, gatewayId: 'local', ...state, origin: 'CreateRouteTable' },
      { destinationCidrBlock: '0.0.0.0/0', ...everywhere, ...state, origin: 'CreateRoute' },
    ],
    associationSet: [
      {
        routeTableAssociationId: routeTableId.replace('rtb-', 'rtbassoc-'),
        routeTableId,
        main: subnetId === undefined,
        ...(subnetId && { subnetId }),
        associationState: { state: 'associated' },
      },
    ],
    propagatingVgwSet: [],
    tagSet: tagSet(tags),
  };
}
