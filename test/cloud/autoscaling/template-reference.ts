import { type LaunchTemplate, type LaunchTemplateVersion, namedTemplate, versionOf } from '../ec2/launch-template.ts';
import { Fault, type Parameters } from '../service.ts';
import type { State } from '../state.ts';
import type { AutoScalingGroup, TemplateReference } from './group.ts';
import { optional } from './parameters.ts';

/** Reads `LaunchTemplateId` or `LaunchTemplateName`, and `Version`. Throws ValidationError when there is none such. */
export function readReference(state: State, parameters: Parameters): TemplateReference {
  const id = optional(parameters, 'LaunchTemplateId');
  const name = optional(parameters, 'LaunchTemplateName');
  if ((id === undefined) === (name === undefined)) {
    const message = 'Valid requests must contain either launchTemplateId or LaunchTemplateName';
    throw new Fault('ValidationError', message);
  }
  const Version = optional(parameters, 'Version') ?? '$Default';
  return inOurWords(() => {
    const template = namedTemplate(state, parameters);
    versionOf(template, Version);
    return {
      LaunchTemplateId: template.launchTemplateId,
      LaunchTemplateName: template.launchTemplateName,
      Version,
    };
  });
}

/** The template and version that a reference means now. Throws ValidationError when it has been deleted. */
export function resolve(
  state: State,
  { LaunchTemplateId, Version }: TemplateReference,
): { template: LaunchTemplate; version: LaunchTemplateVersion } {
  return inOurWords(() => {
    const template = namedTemplate(state, { LaunchTemplateId });
    return { template, version: versionOf(template, Version) };
  });
}

/** The reference that all of a group's instances are launched from, unless an override says otherwise. */
export function mainReference({ launchTemplate, mixedInstancesPolicy }: AutoScalingGroup): TemplateReference {
  return launchTemplate ?? mixedInstancesPolicy!.LaunchTemplate.LaunchTemplateSpecification;
}

/** Auto Scaling has one code for whatever EC2 says about a template. */
function inOurWords<Result>(ask: () => Result): Result {
  try {
    return ask();
  } catch (error) {
    throw error instanceof Fault ? new Fault('ValidationError', error.message) : error;
  }
}
