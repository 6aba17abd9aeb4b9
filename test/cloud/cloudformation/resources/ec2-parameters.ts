import type { Parameters } from '../../service.ts';
import { isBlock, type Value } from '../template/template.ts';

/** Names of lists that a template has in the plural and EC2's query protocol not just without the `s`. */
const SINGULAR: Record<string, string> = {
  AcceleratorManufacturers: 'AcceleratorManufacturer',
  AcceleratorNames: 'AcceleratorName',
  AcceleratorTypes: 'AcceleratorType',
  AllowedInstanceTypes: 'AllowedInstanceType',
  BlockDeviceMappings: 'BlockDeviceMapping',
  CpuManufacturers: 'CpuManufacturer',
  ExcludedInstanceTypes: 'ExcludedInstanceType',
  Groups: 'SecurityGroupId',
  InstanceGenerations: 'InstanceGeneration',
  LicenseSpecifications: 'LicenseSpecification',
  LocalStorageTypes: 'LocalStorageType',
  NetworkInterfaces: 'NetworkInterface',
  SecurityGroupIds: 'SecurityGroupId',
  SecurityGroups: 'SecurityGroup',
  TagSpecifications: 'TagSpecification',
  Tags: 'Tag',
};

/** Properties of a template as parameters of EC2's query protocol, as the endpoint would have read them. */
export function ec2Parameters(value: Value): Parameters {
  return converted(value) as Parameters;
}

function converted(value: Value): unknown {
  if (Array.isArray(value)) return value.map(converted);
  if (!isBlock(value)) return String(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, content]) => [
      Array.isArray(content) ? (SINGULAR[name] ?? name) : name,
      converted(content),
    ]),
  );
}

/** Properties as parameters of the other query services, which have the names of the template. */
export function queryParametersOf(value: Value): unknown {
  if (Array.isArray(value)) return value.map(queryParametersOf);
  if (!isBlock(value)) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, content]) => [name, queryParametersOf(content)]));
}
