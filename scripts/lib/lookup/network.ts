import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  type Route,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { ifExists } from '../aws/errors.ts';
import { ask, type Inquiry, usable, wrong } from './inquiry.ts';

const NO_SUBNET = ['InvalidSubnetID.NotFound', 'InvalidSubnetId.Malformed'];

/** Subnet and security groups exist and share a VPC, and packages can be reached from there. Returns the subnet. */
export async function lookUpNetwork(inquiry: Inquiry): Promise<Subnet | undefined> {
  let subnet: Subnet | undefined;
  await ask(inquiry, 'subnet', async () => {
    subnet = await findSubnet(inquiry);
  });
  await Promise.all([
    ask(inquiry, 'security groups', () => checkGroups(inquiry, subnet?.VpcId)),
    subnet && ask(inquiry, 'the way out of the subnet', () => checkWayOut(inquiry, subnet as Subnet)),
  ]);
  return subnet;
}

async function findSubnet(inquiry: Inquiry): Promise<Subnet | undefined> {
  const given = usable(inquiry, 'subnet');
  if (!given) return undefined;
  const call = inquiry.aws.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [given.value] }));
  const subnet = (await ifExists(NO_SUBNET, call))?.Subnets?.[0];
  if (!subnet) {
    const message = `does not exist in ${inquiry.settings.get('region')?.value}`;
    wrong(inquiry, 'subnet', given, message, 'Name a subnet of this account and region.');
  }
  return subnet;
}

async function checkGroups(inquiry: Inquiry, vpcId: string | undefined): Promise<void> {
  const given = usable(inquiry, 'sg');
  if (!given) return;
  const ids = given.value.split(',');
  // As a filter, so that the groups that do exist are found beside those that don't.
  const command = new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: ids }] });
  const { SecurityGroups = [] } = await inquiry.aws.ec2.send(command);
  for (const id of ids) {
    const group = SecurityGroups.find(({ GroupId }) => GroupId === id);
    const about = { value: id, source: given.source };
    if (!group) {
      const message = `does not exist in ${inquiry.settings.get('region')?.value}`;
      wrong(inquiry, 'sg', about, message, 'Name a security group of this account and region.');
    } else if (vpcId && group.VpcId !== vpcId) {
      const message = `belongs to ${group.VpcId}, the subnet to ${vpcId}`;
      wrong(inquiry, 'sg', about, message, 'Name a security group and a subnet of the same VPC.');
    }
  }
}

/** A public build needs an internet gateway, a private one a NAT gateway (or the like), or at least S3's endpoint. */
async function checkWayOut(inquiry: Inquiry, { SubnetId = '', VpcId = '' }: Subnet): Promise<void> {
  const ip = usable(inquiry, 'ip');
  if (!ip) return;
  const route = await defaultRoute(inquiry, SubnetId, VpcId);
  const throughInternetGateway = route?.GatewayId?.startsWith('igw-') ?? false;
  if (ip.value === 'public') {
    if (throughInternetGateway) return;
    const fix = 'Say ip=private, or name a subnet whose default route is an internet gateway.';
    wrong(inquiry, 'ip', ip, `${SubnetId} has no route to an internet gateway`, fix);
  } else if (!route || throughInternetGateway) {
    const filters = [
      { Name: 'vpc-id', Values: [VpcId] },
      { Name: 'service-name', Values: [`*.s3`] },
    ];
    const { VpcEndpoints = [] } = await inquiry.aws.ec2.send(new DescribeVpcEndpointsCommand({ Filters: filters }));
    if (VpcEndpoints.length > 0) {
      inquiry.notes.push(`${SubnetId} has no way out but the VPC endpoint of S3.`);
      return;
    }
    const fix = 'Say ip=public, or name a subnet whose default route is a NAT gateway.';
    wrong(inquiry, 'ip', ip, `${SubnetId} has no way out for an instance without a public address`, fix);
  }
}

/** The active route to everywhere: of the subnet's own route table, else of the VPC's main one. */
async function defaultRoute(inquiry: Inquiry, subnetId: string, vpcId: string): Promise<Route | undefined> {
  const { RouteTables = [] } = await inquiry.aws.ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
  );
  const own = RouteTables.find(table => table.Associations?.some(({ SubnetId }) => SubnetId === subnetId));
  const main = RouteTables.find(table => table.Associations?.some(({ Main }) => Main));
  return (own ?? main)?.Routes?.find(
    ({ DestinationCidrBlock, State }) => DestinationCidrBlock === '0.0.0.0/0' && State !== 'blackhole',
  );
}
