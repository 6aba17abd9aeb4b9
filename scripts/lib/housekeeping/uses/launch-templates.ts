import {
  type EC2Client,
  paginateDescribeLaunchTemplates,
  paginateDescribeLaunchTemplateVersions,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { ifExists } from '../../aws/errors.ts';
import type { Use } from './use.ts';

/** A launch template with the image of each of its versions. */
export interface Template {
  id: string;
  name: string;
  latest: string;
  default: string;
  /** Image by version number; versions without an image are left out. */
  images: ReadonlyMap<string, string>;
}

/** What AWS says of an SSM parameter that a version names and that is not there. */
const NO_PARAMETER = ['ParameterNotFound', 'ParameterVersionNotFound'];
/** What EC2 says of a template that was deleted after it was listed. */
const NO_TEMPLATE = ['InvalidLaunchTemplateId.NotFound', 'InvalidLaunchTemplateName.NotFoundException'];
const BY_PARAMETER = 'resolve:ssm:';

/**
 * Reads launch templates, every version of each. A version never changes, so that those that were read once are not
 * read again; what SSM parameters say may change, and is read each time.
 */
export class LaunchTemplates {
  readonly #ec2: EC2Client;
  readonly #ssm: SSMClient;
  readonly #known = new Map<string, { latest: string; versions: Map<string, string> }>();

  constructor(ec2: EC2Client, ssm: SSMClient) {
    this.#ec2 = ec2;
    this.#ssm = ssm;
  }

  /** Rights: ec2:DescribeLaunchTemplates, ec2:DescribeLaunchTemplateVersions, ssm:GetParameter. */
  async read(): Promise<Template[]> {
    const templates: Template[] = [];
    const parameters = new Map<string, string | undefined>();
    for await (const page of paginateDescribeLaunchTemplates({ client: this.#ec2, pageSize: 200 }, {})) {
      for (const template of page.LaunchTemplates ?? []) {
        const { LaunchTemplateId: id = '', LaunchTemplateName: name = '' } = template;
        const latest = String(template.LatestVersionNumber);
        const images = new Map<string, string>();
        for (const [version, value] of await this.#versions(id, latest)) {
          const imageId = await this.#resolve(value, parameters);
          if (imageId) images.set(version, imageId);
        }
        templates.push({ id, name, latest, default: String(template.DefaultVersionNumber), images });
      }
    }
    return templates;
  }

  /** What each version says of its image: an id, or `resolve:ssm:NAME`. */
  async #versions(id: string, latest: string): Promise<Map<string, string>> {
    const known = this.#known.get(id);
    if (known?.latest === latest) return known.versions;
    const versions = (await ifExists(NO_TEMPLATE, this.#readVersions(id))) ?? new Map<string, string>();
    this.#known.set(id, { latest, versions });
    return versions;
  }

  async #readVersions(LaunchTemplateId: string): Promise<Map<string, string>> {
    const versions = new Map<string, string>();
    const settings = { client: this.#ec2, pageSize: 200 };
    for await (const page of paginateDescribeLaunchTemplateVersions(settings, { LaunchTemplateId })) {
      for (const { VersionNumber, LaunchTemplateData } of page.LaunchTemplateVersions ?? []) {
        if (LaunchTemplateData?.ImageId) versions.set(String(VersionNumber), LaunchTemplateData.ImageId);
      }
    }
    return versions;
  }

  async #resolve(value: string, parameters: Map<string, string | undefined>): Promise<string | undefined> {
    if (!value.startsWith(BY_PARAMETER)) return value;
    const Name = value.slice(BY_PARAMETER.length);
    if (!parameters.has(Name)) {
      const found = await ifExists(NO_PARAMETER, this.#ssm.send(new GetParameterCommand({ Name })));
      parameters.set(Name, found?.Parameter?.Value);
    }
    return parameters.get(Name);
  }
}

/** The images that launch templates name, in whatever version. */
export function usesByTemplates(templates: readonly Template[]): Use[] {
  return templates.flatMap(({ name, images }) =>
    [...new Set(images.values())].map(imageId => {
      const versions = [...images].filter(([, image]) => image === imageId).map(([version]) => Number(version));
      const which = versions.length === 1 ? 'version' : 'versions';
      return { imageId, by: `launch template ${name} (${which} ${versions.sort((a, b) => a - b).join(', ')})` };
    }),
  );
}
