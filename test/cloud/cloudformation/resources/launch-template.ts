import { isBlock, textOf, type Value } from '../template/template.ts';
import { ec2Parameters } from './ec2-parameters.ts';
import { retag } from './ec2-tags.ts';
import { physicalName } from './physical-name.ts';
import { ResourceFailure, type ResourceType, type WantedResource } from './resource-type.ts';
import { tagMembers } from './tag-members.ts';

/** AWS::EC2::LaunchTemplate. A change of its data makes a new version and leaves the default version as it is. */
export const launchTemplate: ResourceType = {
  properties: {
    LaunchTemplateData: 'in place',
    LaunchTemplateName: 'replacement',
    TagSpecifications: 'replacement',
    VersionDescription: 'in place',
  },
  required: ['LaunchTemplateData'],
  attributes: ['DefaultVersionNumber', 'LatestVersionNumber', 'LaunchTemplateId'],
  tagged: true,
  nameProperty: 'LaunchTemplateName',
  async create(work, wanted) {
    const { launchTemplate: made } = await work.call('ec2', 'CreateLaunchTemplate', {
      LaunchTemplateName: textOf(wanted.properties.LaunchTemplateName) ?? physicalName(work, 128),
      ...versionParameters(wanted),
      TagSpecification: [{ ResourceType: 'launch-template', Tag: tagMembers({ ...wanted.tags, ...ownTags(wanted) }) }],
    });
    work.initiated(made.launchTemplateId);
    return { physicalId: made.launchTemplateId, attributes: attributesOf(made) };
  },
  async update(work, wanted, { physicalId, properties, tags }) {
    const changed = ['LaunchTemplateData', 'VersionDescription'].some(
      name => JSON.stringify(properties[name]) !== JSON.stringify(wanted.properties[name]),
    );
    if (changed) {
      await work.call('ec2', 'CreateLaunchTemplateVersion', {
        LaunchTemplateId: physicalId,
        ...versionParameters(wanted),
      });
    }
    await retag(work, physicalId, tags, wanted.tags);
    const { launchTemplates } = await work.call('ec2', 'DescribeLaunchTemplates', { LaunchTemplateId: [physicalId] });
    if (!launchTemplates[0]) throw new ResourceFailure(`The launch template ${physicalId} is gone`);
    return { attributes: attributesOf(launchTemplates[0]) };
  },
  // What refers to the version of before is to find it again: its instances are then not obsolete, and live on.
  async restore(work, before, current) {
    await retag(work, before.physicalId, current.tags, before.tags);
    return { attributes: before.attributes };
  },
  async remove(work, { physicalId }) {
    await work.call('ec2', 'DeleteLaunchTemplate', { LaunchTemplateId: physicalId });
  },
};

function versionParameters({ properties }: WantedResource): object {
  const VersionDescription = textOf(properties.VersionDescription);
  return {
    LaunchTemplateData: ec2Parameters(properties.LaunchTemplateData ?? {}),
    ...(VersionDescription !== undefined && { VersionDescription }),
  };
}

/** Tags that the template wants on the launch template itself. */
function ownTags({ properties: { TagSpecifications } }: WantedResource): Record<string, string> {
  const specifications = Array.isArray(TagSpecifications) ? TagSpecifications.filter(isBlock) : [];
  const tags = specifications.flatMap(({ Tags }) => (Array.isArray(Tags) ? Tags : [])).filter(isBlock);
  return Object.fromEntries(tags.map(({ Key, Value: value }) => [String(Key), textOf(value as Value) ?? '']));
}

function attributesOf(made: Record<string, unknown>): Record<string, string> {
  return {
    LaunchTemplateId: String(made.launchTemplateId),
    DefaultVersionNumber: String(made.defaultVersionNumber),
    LatestVersionNumber: String(made.latestVersionNumber),
  };
}
