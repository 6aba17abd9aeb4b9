import type { Parameters, Service } from '../service.ts';
import type { CloudFormationContext } from './context.ts';
import { invalid, optional } from './parameters.ts';
import { keptTemplate, knownTemplate } from './plan-of.ts';
import { neededCapabilities } from './resources/resource-types.ts';
import { findStack } from './stack.ts';
import { readBody } from './stack-request.ts';
import { type Template, textOf } from './template/template.ts';

/** The actions that look at templates. */
export function templateActions(context: CloudFormationContext): Service {
  const { state } = context;
  return {
    GetTemplate: parameters => {
      const changeSetName = optional(parameters, 'ChangeSetName');
      const stack = findStack(state, optional(parameters, 'StackName') ?? changeSetName?.split('/').at(1) ?? '');
      const wanted = changeSetName === undefined ? stack.wanted : stack.changeSets[changeSetName]?.wanted;
      if (!wanted) throw invalid(`ChangeSet [${changeSetName}] does not exist`);
      return { TemplateBody: state.templates[wanted.template], StagesAvailable: ['Original', 'Processed'] };
    },
    GetTemplateSummary: parameters => {
      const template = templateOf(context, parameters);
      return {
        ...summary(template),
        ResourceTypes: [...new Set(Object.values(template.resources).map(({ Type }) => Type))],
        Version: '2010-09-09',
        Metadata: template.metadata === undefined ? undefined : JSON.stringify(template.metadata),
        DeclaredTransforms: template.transforms,
      };
    },
    ValidateTemplate: parameters => {
      const template = templateOf(context, { ...parameters, StackName: undefined });
      return { ...summary(template, true), DeclaredTransforms: template.transforms };
    },
  };
}

function templateOf(context: CloudFormationContext, parameters: Parameters): Template {
  const body = readBody(parameters);
  if (body !== undefined) return knownTemplate(body);
  const name = optional(parameters, 'StackName');
  if (name === undefined) throw invalid('Either Template URL or Template Body must be specified.');
  return keptTemplate(context, findStack(context.state, name).wanted.template);
}

function summary(template: Template, short = false): object {
  const { capabilities, types } = neededCapabilities(template);
  const reason = `The following resource(s) require capabilities: [${types.join(', ')}]`;
  return {
    Parameters: Object.entries(template.parameters).map(([ParameterKey, declared]) => ({
      ParameterKey,
      DefaultValue: Array.isArray(declared.Default) ? declared.Default.join(',') : textOf(declared.Default),
      NoEcho: textOf(declared.NoEcho) === 'true',
      Description: textOf(declared.Description),
      ...(!short && {
        ParameterType: declared.Type,
        ParameterConstraints: {
          AllowedValues: Array.isArray(declared.AllowedValues) ? declared.AllowedValues : [],
        },
      }),
    })),
    Description: template.description,
    Capabilities: capabilities,
    CapabilitiesReason: types.length > 0 ? reason : undefined,
  };
}
