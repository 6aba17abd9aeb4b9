import type { Parameters } from '../service.ts';
import type { State, Tags } from '../state.ts';
import { namedTemplate, versionOf } from './launch-template.ts';
import { optional, required, structure, structures } from './parameters.ts';

/** RunInstances' parameters without a template, and the tags that tell where they come from. */
export interface TemplatedRequest {
  parameters: Parameters;
  templateTags: Tags;
}

/**
 * What RunInstances is asked for once `LaunchTemplate` is taken in: the request's values over the template's. Volumes
 * are told apart by their device, tags by their key; any other value of the request replaces the template's.
 */
export function withLaunchTemplate(state: State, { LaunchTemplate, ...request }: Parameters): TemplatedRequest {
  if (LaunchTemplate === undefined) return { parameters: request, templateTags: {} };
  const reference = structure({ LaunchTemplate }, 'LaunchTemplate');
  const template = namedTemplate(state, reference);
  const { data, version } = versionOf(template, optional(reference, 'Version') ?? '$Default');
  const devices = merged(data, request, 'BlockDeviceMapping', mapping => required(mapping, 'DeviceName'));
  const tags = [...structures(data, 'TagSpecification'), ...structures(request, 'TagSpecification')];
  const { InstanceRequirements: _forGroups, ...launchable } = data;
  return {
    parameters: {
      ...launchable,
      ...request,
      ...(devices.length > 0 && { BlockDeviceMapping: devices }),
      ...(tags.length > 0 && { TagSpecification: byType(tags) }),
    },
    templateTags: {
      'aws:ec2launchtemplate:id': template.launchTemplateId,
      'aws:ec2launchtemplate:version': String(version),
    },
  };
}

function merged(
  data: Parameters,
  request: Parameters,
  name: string,
  keyOf: (entry: Parameters) => string,
): Parameters[] {
  const entries = [...structures(data, name), ...structures(request, name)].map(
    entry => [keyOf(entry), entry] as const,
  );
  return [...new Map(entries).values()];
}

/** One specification for each type of resource; of the tags with the same key, the last one. */
function byType(specifications: Parameters[]): Parameters[] {
  const types = [...new Set(specifications.map(specification => required(specification, 'ResourceType')))];
  return types.map(ResourceType => {
    const tags = specifications
      .filter(specification => specification.ResourceType === ResourceType)
      .map(specification => ({ Tag: structures(specification, 'Tag') }));
    return {
      ResourceType,
      Tag: tags.reduce((all, next) => ({ Tag: merged(all, next, 'Tag', tag => required(tag, 'Key')) })).Tag,
    };
  });
}
