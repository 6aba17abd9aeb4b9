import { Repeated } from '../endpoint/xml.ts';
import { Fault, type Parameters } from '../service.ts';
import { readUserData } from './launch-request.ts';
import { integer, list, optional, structure, structures } from './parameters.ts';

/** What a launch template may say (API reference, RequestLaunchTemplateData), as the query protocol names it. */
const FIELDS = new Set([
  'BlockDeviceMapping',
  'CapacityReservationSpecification',
  'CpuOptions',
  'CreditSpecification',
  'DisableApiStop',
  'DisableApiTermination',
  'EbsOptimized',
  'EnclaveOptions',
  'HibernationOptions',
  'IamInstanceProfile',
  'ImageId',
  'InstanceInitiatedShutdownBehavior',
  'InstanceMarketOptions',
  'InstanceRequirements',
  'InstanceType',
  'KernelId',
  'KeyName',
  'LicenseSpecification',
  'MaintenanceOptions',
  'MetadataOptions',
  'Monitoring',
  'NetworkInterface',
  'NetworkPerformanceOptions',
  'Placement',
  'PrivateDnsNameOptions',
  'RamDiskId',
  'SecurityGroup',
  'SecurityGroupId',
  'TagSpecification',
  'UserData',
]);

/** Lists whose answer is not called by the name in the request and `Set`. */
const ANSWERED_AS: Record<string, string> = { LicenseSpecification: 'licenseSet' };

/**
 * `LaunchTemplateData`, as it is. Like EC2, it looks at its form alone: whether there is such an image or subnet shows
 * at the launch. Throws for what no template may say, and for what can't be launched whatever there is.
 */
export function readTemplateData(parameters: Parameters): Parameters {
  const data = structure(parameters, 'LaunchTemplateData');
  if (Object.keys(data).length === 0) {
    throw new Fault('MissingParameter', 'The request must contain the parameter LaunchTemplateData');
  }
  const unknown = Object.keys(data).find(name => !FIELDS.has(name));
  if (unknown) throw new Fault('UnknownParameter', `The parameter LaunchTemplateData.${unknown} is not recognized`);
  return data;
}

/** Throws for data, alone or with what a source version adds, that contradicts itself. */
export function checkTemplateData(data: Parameters): void {
  readUserData(optional(data, 'UserData') ?? '');
  structures(data, 'BlockDeviceMapping');
  structures(data, 'NetworkInterface');
  list(data, 'SecurityGroupId');
  if (data.InstanceRequirements === undefined) return;
  if (data.InstanceType !== undefined) {
    const message = 'InstanceType and InstanceRequirements can not be specified together in a launch template.';
    throw new Fault('InvalidParameterCombination', message);
  }
  const requirements = structure(data, 'InstanceRequirements');
  for (const name of ['VCpuCount', 'MemoryMiB']) {
    if (integer(structure(requirements, name), 'Min') === undefined) {
      throw new Fault('MissingParameter', `The request must contain the parameter InstanceRequirements.${name}.Min`);
    }
  }
}

/** Template data as EC2 answers them: `ImageId` is `imageId`, the list `BlockDeviceMapping` is `blockDeviceMappingSet`. */
export function templateDataItem(data: Parameters): object {
  const fields = Object.entries(data).map(([name, value]) => {
    if (!Array.isArray(value)) return [uncapitalized(name), answered(value)];
    return [ANSWERED_AS[name] ?? `${uncapitalized(name)}Set`, value.map(answered)];
  });
  return Object.fromEntries(fields);
}

/** Inside a network interface, the security groups have names of their own. */
function answered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { SecurityGroupId, ...rest } = value as Parameters;
  const groups = SecurityGroupId && { groupSet: { groupId: new Repeated(SecurityGroupId) } };
  return { ...templateDataItem(rest), ...groups };
}

function uncapitalized(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
