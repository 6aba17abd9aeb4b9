import { Fault, type Parameters } from '../service.ts';
import { ACCOUNT } from '../state.ts';
import { integer, optional, required, structures } from './parameters.ts';

/** One rule: a protocol, its ports, and one source. */
export interface Rule {
  /** `tcp`, `udp`, `icmp`, ... or -1 for all. */
  protocol: string;
  fromPort?: number;
  toPort?: number;
  cidr?: string;
  cidrIpv6?: string;
  groupId?: string;
  description?: string;
}

/** The rules of a call, given as IpPermissions or, for one rule, as plain parameters. */
export function readRules(parameters: Parameters): Rule[] {
  const permissions = structures(parameters, 'IpPermissions');
  const rules =
    permissions.length > 0
      ? permissions.flatMap(permissionRules)
      : [{ ...ports(parameters), cidr: required(parameters, 'CidrIp') }];
  if (rules.length > 0) return rules;
  throw new Fault('MissingParameter', 'Each of ipPermissions needs a source: ipRanges, ipv6Ranges or groups.');
}

/** A rule as EC2 answers it. */
export function rulePermission(rule: Rule): object {
  const { protocol, fromPort, toPort, cidr, cidrIpv6, groupId, description } = rule;
  return {
    ipProtocol: protocol,
    fromPort,
    toPort,
    groups: groupId ? [{ userId: ACCOUNT, groupId, description }] : [],
    ipRanges: cidr ? [{ cidrIp: cidr, description }] : [],
    ipv6Ranges: cidrIpv6 ? [{ cidrIpv6, description }] : [],
    prefixListIds: [],
  };
}

function permissionRules(permission: Parameters): Rule[] {
  const common = ports(permission);
  const described = (source: Parameters) => {
    const description = optional(source, 'Description');
    return description === undefined ? {} : { description };
  };
  return [
    ...structures(permission, 'IpRanges').map(source => ({
      ...common,
      cidr: checkedCidr(required(source, 'CidrIp')),
      ...described(source),
    })),
    ...structures(permission, 'Ipv6Ranges').map(source => ({
      ...common,
      cidrIpv6: required(source, 'CidrIpv6'),
      ...described(source),
    })),
    ...structures(permission, 'Groups').map(source => ({
      ...common,
      groupId: required(source, 'GroupId'),
      ...described(source),
    })),
  ];
}

function ports(parameters: Parameters): Pick<Rule, 'protocol' | 'fromPort' | 'toPort'> {
  const protocol = required(parameters, 'IpProtocol');
  const fromPort = integer(parameters, 'FromPort');
  const toPort = integer(parameters, 'ToPort');
  // With all protocols come all ports, whatever the caller says.
  if (protocol === '-1' || fromPort === undefined || toPort === undefined) return { protocol };
  if (fromPort < -1 || toPort > 65_535) {
    throw new Fault('InvalidParameterValue', `Invalid value '${fromPort}-${toPort}' for portRange.`);
  }
  return { protocol, fromPort, toPort };
}

function checkedCidr(cidr: string): string {
  if (/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/.test(cidr)) return cidr;
  throw new Fault('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
}
