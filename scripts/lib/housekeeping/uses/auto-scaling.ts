import {
  type AutoScalingClient,
  type AutoScalingGroup,
  type LaunchTemplateSpecification,
  paginateDescribeAutoScalingGroups,
  paginateDescribeLaunchConfigurations,
} from '@aws-sdk/client-auto-scaling';
import type { Template } from './launch-templates.ts';
import type { Use } from './use.ts';

/** The account's Auto Scaling groups. Right: autoscaling:DescribeAutoScalingGroups. */
export async function autoScalingGroups(client: AutoScalingClient): Promise<AutoScalingGroup[]> {
  const groups: AutoScalingGroup[] = [];
  for await (const page of paginateDescribeAutoScalingGroups({ client, pageSize: 100 }, {})) {
    groups.push(...(page.AutoScalingGroups ?? []));
  }
  return groups;
}

/** The images that launch configurations name. Right: autoscaling:DescribeLaunchConfigurations. */
export async function usesByLaunchConfigurations(client: AutoScalingClient): Promise<Use[]> {
  const uses: Use[] = [];
  for await (const page of paginateDescribeLaunchConfigurations({ client, pageSize: 100 }, {})) {
    for (const { ImageId, LaunchConfigurationName } of page.LaunchConfigurations ?? []) {
      if (ImageId) uses.push({ imageId: ImageId, by: `launch configuration ${LaunchConfigurationName}` });
    }
  }
  return uses;
}

/**
 * The images that Auto Scaling groups start, or have started, instances of: through their launch template, those of a
 * mixed instances policy and its overrides, and the templates of the instances that they have.
 */
export function usesByGroups(groups: readonly AutoScalingGroup[], templates: readonly Template[]): Use[] {
  return groups.flatMap(group => {
    const { LaunchTemplate: mixed } = group.MixedInstancesPolicy ?? {};
    const overrides = mixed?.Overrides ?? [];
    const specifications = [
      group.LaunchTemplate,
      mixed?.LaunchTemplateSpecification,
      ...overrides.map(({ LaunchTemplateSpecification }) => LaunchTemplateSpecification),
      ...(group.Instances ?? []).map(({ LaunchTemplate }) => LaunchTemplate),
    ];
    const images = [
      ...specifications.flatMap(specification => specification && imageOf(specification, templates)),
      ...overrides.map(({ ImageId }) => ImageId),
    ];
    const by = `Auto Scaling group ${group.AutoScalingGroupName}`;
    return images.flatMap(imageId => (imageId ? [{ imageId, by }] : []));
  });
}

/** A group without a version uses the default one (AWS: LaunchTemplateSpecification). */
function imageOf(specification: LaunchTemplateSpecification, templates: readonly Template[]): string | undefined {
  const { LaunchTemplateId, LaunchTemplateName, Version = '$Default' } = specification;
  const template = templates.find(({ id, name }) =>
    LaunchTemplateId ? id === LaunchTemplateId : name === LaunchTemplateName,
  );
  const number = { $Default: template?.default, $Latest: template?.latest }[Version] ?? Version;
  return template?.images.get(number);
}
