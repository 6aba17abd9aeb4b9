import { callerArn } from '../endpoint/caller-arn.ts';
import { Fault, type Parameters, type Service } from '../service.ts';
import type { State } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { type FilterTable, filtered } from './filters.ts';
import { newId, select } from './identifiers.ts';
import {
  LAUNCH_TEMPLATE,
  type LaunchTemplate,
  latestVersion,
  namedTemplate,
  templateWithName,
  versionOf,
} from './launch-template.ts';
import { checkTemplateData, readTemplateData } from './launch-template-data.ts';
import { paged } from './paging.ts';
import { list, optional, required } from './parameters.ts';
import { readTagSpecifications, tagSet } from './tags.ts';

/** EC2 answers at most this many templates, or versions, at a time. */
export const TEMPLATE_PAGE = { least: 1, most: 200, unasked: 200 };

/** Launch templates as a whole; `launch-template-versions.ts` has what concerns their versions. */
export function launchTemplateActions({ state, now }: Ec2Context): Service {
  return {
    CreateLaunchTemplate: (parameters, { caller }) => {
      const launchTemplateName = readName(parameters);
      const data = readTemplateData(parameters);
      checkTemplateData(data);
      const { 'launch-template': tags = {} } = readTagSpecifications(parameters, ['launch-template'], caller);
      const clientToken = optional(parameters, 'ClientToken');
      const repeated = Object.values(state.launchTemplates).find(
        known => clientToken !== undefined && known.clientToken === clientToken,
      );
      if (repeated?.launchTemplateName === launchTemplateName) return { launchTemplate: templateItem(repeated) };
      refuseTakenName(state, launchTemplateName);
      const createTime = now().toISOString();
      const createdBy = callerArn(caller);
      const template: LaunchTemplate = {
        launchTemplateId: newId(LAUNCH_TEMPLATE.prefix),
        launchTemplateName,
        createTime,
        createdBy,
        defaultVersion: 1,
        versions: [{ version: 1, ...versionDescription(parameters), createTime, createdBy, data }],
        nextVersion: 2,
        ...(clientToken === undefined ? {} : { clientToken }),
        tags,
      };
      state.launchTemplates[template.launchTemplateId] = template;
      return { launchTemplate: templateItem(template) };
    },
    DescribeLaunchTemplates: parameters => {
      const names = list(parameters, 'LaunchTemplateName');
      for (const name of names) templateWithName(state, name);
      const listed = select(state.launchTemplates, list(parameters, 'LaunchTemplateId'), LAUNCH_TEMPLATE).filter(
        ({ launchTemplateName }) => names.length === 0 || names.includes(launchTemplateName),
      );
      const matching = filtered(listed, parameters, FILTERS);
      const { items, nextToken } = paged(
        matching,
        parameters,
        ({ launchTemplateId }) => launchTemplateId,
        TEMPLATE_PAGE,
      );
      return { launchTemplates: items.map(templateItem), nextToken };
    },
    ModifyLaunchTemplate: parameters => {
      const template = namedTemplate(state, parameters);
      template.defaultVersion = versionOf(template, required(parameters, 'SetDefaultVersion')).version;
      return { launchTemplate: templateItem(template) };
    },
    DeleteLaunchTemplate: parameters => {
      const template = namedTemplate(state, parameters);
      delete state.launchTemplates[template.launchTemplateId];
      return { launchTemplate: templateItem(template) };
    },
  };
}

/** `VersionDescription`, if it is given. */
export function versionDescription(parameters: Parameters): { description?: string } {
  const description = optional(parameters, 'VersionDescription');
  if (description === undefined) return {};
  if (description.length <= 255) return { description };
  throw new Fault('InvalidParameterValue', 'A version description has at most 255 characters.');
}

function readName(parameters: Parameters): string {
  const name = required(parameters, 'LaunchTemplateName');
  if (/^[a-zA-Z0-9().\-/_]{3,128}$/.test(name)) return name;
  const message = `Invalid launch template name: '${name}'. It has 3 to 128 letters, digits and any of ( ) . - / _`;
  throw new Fault('InvalidLaunchTemplateName.MalformedException', message);
}

function refuseTakenName(state: State, name: string): void {
  if (Object.values(state.launchTemplates).every(({ launchTemplateName }) => launchTemplateName !== name)) return;
  throw new Fault('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
}

const FILTERS: FilterTable<LaunchTemplate> = {
  'create-time': template => template.createTime,
  'launch-template-name': template => template.launchTemplateName,
};

function templateItem(template: LaunchTemplate): object {
  return {
    launchTemplateId: template.launchTemplateId,
    launchTemplateName: template.launchTemplateName,
    createTime: template.createTime,
    createdBy: template.createdBy,
    defaultVersionNumber: template.defaultVersion,
    latestVersionNumber: latestVersion(template).version,
    tagSet: tagSet(template.tags),
  };
}
