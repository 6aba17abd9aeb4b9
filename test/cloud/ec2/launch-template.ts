import { Fault, type Parameters } from '../service.ts';
import { find, type Kind } from './identifiers.ts';
import { optional } from './parameters.ts';

/** The part of the state that has launch templates, by id. */
type State = { launchTemplates: Record<string, LaunchTemplate> };

export interface LaunchTemplate {
  launchTemplateId: string;
  launchTemplateName: string;
  createTime: string;
  /** ARN of who made it. */
  createdBy: string;
  defaultVersion: number;
  /** Oldest first; never empty. */
  versions: LaunchTemplateVersion[];
  /** A number is never given twice, even after its version was deleted. */
  nextVersion: number;
  clientToken?: string;
  tags: Record<string, string>;
}

export interface LaunchTemplateVersion {
  version: number;
  description?: string;
  createTime: string;
  createdBy: string;
  /** `LaunchTemplateData` as it was given; its names are those of RunInstances. */
  data: Parameters;
  clientToken?: string;
}

export const LAUNCH_TEMPLATE: Kind = {
  prefix: 'lt',
  malformed: id => new Fault('InvalidLaunchTemplateId.Malformed', `Invalid launch template ID: "${id}"`),
  notFound: ([id]) =>
    new Fault(
      'InvalidLaunchTemplateId.NotFound',
      `The specified launch template, with template ID ${id}, does not exist.`,
    ),
};

/** The template that `LaunchTemplateId` or `LaunchTemplateName` names. Throws when none, or both, are given. */
export function namedTemplate(state: State, parameters: Parameters): LaunchTemplate {
  const id = optional(parameters, 'LaunchTemplateId');
  const name = optional(parameters, 'LaunchTemplateName');
  if (id !== undefined && name !== undefined) {
    const message = 'Only one of the launch template ID and the launch template name may be specified in the request.';
    throw new Fault('InvalidParameterCombination', message);
  }
  if (id !== undefined) return find(state.launchTemplates, id, LAUNCH_TEMPLATE);
  if (name !== undefined) return templateWithName(state, name);
  const message = 'Either a launch template ID or a launch template name must be specified in the request.';
  throw new Fault('MissingParameter', message);
}

/** Throws InvalidLaunchTemplateName.NotFoundException. */
export function templateWithName(state: State, name: string): LaunchTemplate {
  const template = Object.values(state.launchTemplates).find(({ launchTemplateName }) => launchTemplateName === name);
  if (template) return template;
  const message = `The specified launch template, with template name ${name}, does not exist.`;
  throw new Fault('InvalidLaunchTemplateName.NotFoundException', message);
}

/** The version that `$Latest`, `$Default` or a number names. Throws InvalidLaunchTemplateId.VersionNotFound. */
export function versionOf(template: LaunchTemplate, name: string): LaunchTemplateVersion {
  const { versions, defaultVersion, launchTemplateId } = template;
  const found =
    name === '$Latest'
      ? latestVersion(template)
      : versions.find(({ version }) => String(name === '$Default' ? defaultVersion : name) === String(version));
  if (found) return found;
  if (!/^\d+$/.test(name)) {
    const message = `Invalid launch template version: '${name}' is neither a number nor $Latest nor $Default.`;
    throw new Fault('InvalidParameterValue', message);
  }
  const message = `Could not find launch template version ${name} for the launch template with ID ${launchTemplateId}.`;
  throw new Fault('InvalidLaunchTemplateId.VersionNotFound', message);
}

export function latestVersion({ versions }: LaunchTemplate): LaunchTemplateVersion {
  return versions.at(-1)!;
}
