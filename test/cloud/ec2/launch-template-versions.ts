import { callerArn } from '../endpoint/caller-arn.ts';
import { Fault, type Parameters, type Service } from '../service.ts';
import type { State } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { type FilterTable, filtered } from './filters.ts';
import { type LaunchTemplate, type LaunchTemplateVersion, namedTemplate, versionOf } from './launch-template.ts';
import { checkTemplateData, readTemplateData, templateDataItem } from './launch-template-data.ts';
import { TEMPLATE_PAGE, versionDescription } from './launch-templates.ts';
import { paged } from './paging.ts';
import { integer, list, optional, structure } from './parameters.ts';

/** A version, with the template that it belongs to. Versions can't be tagged. */
interface Listed {
  template: LaunchTemplate;
  entry: LaunchTemplateVersion;
  tags: Record<string, never>;
}

/** CreateLaunchTemplateVersion, DescribeLaunchTemplateVersions and DeleteLaunchTemplateVersions. */
export function launchTemplateVersionActions({ state, now }: Ec2Context): Service {
  return {
    CreateLaunchTemplateVersion: (parameters, { caller }) => {
      const template = namedTemplate(state, parameters);
      const source = optional(parameters, 'SourceVersion');
      const data = { ...(source && versionOf(template, source).data), ...readTemplateData(parameters) };
      checkTemplateData(data);
      const clientToken = optional(parameters, 'ClientToken');
      const repeated = template.versions.find(known => clientToken !== undefined && known.clientToken === clientToken);
      if (repeated) return { launchTemplateVersion: versionItem({ template, entry: repeated }) };
      const entry: LaunchTemplateVersion = {
        version: template.nextVersion,
        ...versionDescription(parameters),
        createTime: now().toISOString(),
        createdBy: callerArn(caller),
        data,
        ...(clientToken === undefined ? {} : { clientToken }),
      };
      template.versions.push(entry);
      template.nextVersion += 1;
      return { launchTemplateVersion: versionItem({ template, entry }) };
    },
    DescribeLaunchTemplateVersions: parameters => {
      const matching = filtered(listedVersions(state, parameters), parameters, FILTERS);
      const { items, nextToken } = paged(matching, parameters, positionOf, TEMPLATE_PAGE);
      return { launchTemplateVersionSet: items.map(versionItem), nextToken };
    },
    DeleteLaunchTemplateVersions: parameters => {
      const template = namedTemplate(state, parameters);
      const names = list(parameters, 'LaunchTemplateVersion');
      if (names.length === 0) {
        throw new Fault('MissingParameter', 'The request must contain the parameter LaunchTemplateVersion');
      }
      const problems = names.map(name => deleteVersion(template, name));
      const { launchTemplateId, launchTemplateName } = template;
      const items = names.map((versionNumber, index) => ({
        launchTemplateId,
        launchTemplateName,
        versionNumber,
        responseError: problems[index],
      }));
      return {
        successfullyDeletedLaunchTemplateVersionSet: items.filter(({ responseError }) => !responseError),
        unsuccessfullyDeletedLaunchTemplateVersionSet: items.filter(({ responseError }) => responseError),
      };
    },
  };
}

/** Deletes a version, or says why it can't be deleted. */
function deleteVersion(template: LaunchTemplate, name: string): { code: string; message: string } | undefined {
  const { versions, defaultVersion, launchTemplateId } = template;
  if (versions.every(({ version }) => String(version) !== name)) {
    const message = `Could not find launch template version ${name} for the launch template with ID ${launchTemplateId}.`;
    return { code: 'launchTemplateVersionDoesNotExist', message };
  }
  if (String(defaultVersion) === name) {
    const message = 'You cannot delete the default version of a launch template. Set another version as the default.';
    return { code: 'unexpectedError', message };
  }
  template.versions = versions.filter(({ version }) => String(version) !== name);
  return undefined;
}

/** Of one template any versions; of all templates, the latest or the default ones. */
function listedVersions(state: State, parameters: Parameters): Listed[] {
  const names = list(parameters, 'LaunchTemplateVersion');
  const listed = (template: LaunchTemplate, entry: LaunchTemplateVersion) => ({ template, entry, tags: {} });
  if (parameters.LaunchTemplateId === undefined && parameters.LaunchTemplateName === undefined) {
    if (names.length === 0 || names.some(name => name !== '$Latest' && name !== '$Default')) {
      const message = 'Without a launch template ID or name, the versions must be $Latest, $Default or both.';
      throw new Fault('MissingParameter', message);
    }
    return Object.values(state.launchTemplates).flatMap(template =>
      [...new Set(names.map(name => versionOf(template, name)))].map(entry => listed(template, entry)),
    );
  }
  const template = namedTemplate(state, parameters);
  if (names.length > 0)
    return [...new Set(names.map(name => versionOf(template, name)))].map(entry => listed(template, entry));
  const least = integer(parameters, 'MinVersion') ?? 0;
  const most = integer(parameters, 'MaxVersion') ?? Number.POSITIVE_INFINITY;
  return template.versions
    .filter(({ version }) => version >= least && version <= most)
    .map(entry => listed(template, entry));
}

/** Newest versions first, as EC2 lists them. */
function positionOf({ template, entry }: Listed): string {
  return `${template.launchTemplateId} ${String(999_999_999 - entry.version).padStart(9, '0')}`;
}

const FILTERS: FilterTable<Listed> = {
  'create-time': ({ entry }) => entry.createTime,
  'http-endpoint': ({ entry }) => structure(entry.data, 'MetadataOptions').HttpEndpoint,
  'http-tokens': ({ entry }) => structure(entry.data, 'MetadataOptions').HttpTokens,
  'iam-instance-profile': ({ entry }) => Object.values(structure(entry.data, 'IamInstanceProfile')),
  'image-id': ({ entry }) => entry.data.ImageId,
  'instance-type': ({ entry }) => entry.data.InstanceType,
  'is-default-version': ({ template, entry }) => entry.version === template.defaultVersion,
};

function versionItem({ template, entry }: Pick<Listed, 'template' | 'entry'>): object {
  return {
    launchTemplateId: template.launchTemplateId,
    launchTemplateName: template.launchTemplateName,
    versionNumber: entry.version,
    versionDescription: entry.description,
    createTime: entry.createTime,
    createdBy: entry.createdBy,
    defaultVersion: entry.version === template.defaultVersion,
    launchTemplateData: templateDataItem(entry.data),
  };
}
