import pLimit from 'p-limit';
import type { ImageUsers } from '../../aws/clients.ts';
import type { Image } from '../../aws/images.ts';
import { question, type Unanswered } from '../question.ts';
import { autoScalingGroups, usesByGroups, usesByLaunchConfigurations } from './auto-scaling.ts';
import { usesByInstances } from './instances.ts';
import { LaunchTemplates, usesByTemplates } from './launch-templates.ts';
import { usesByOthers } from './sharing.ts';
import { usesByStacks } from './stacks.ts';
import { type Uses, usesByImage } from './use.ts';

/** Who uses which image, as far as it could be found out. Where anything is unanswered, nothing may be removed. */
export interface Found {
  uses: Uses;
  unanswered: Unanswered[];
}

/** Asks again and again who uses images; what can not have changed in the meantime is asked once. */
export interface UseFinder {
  /** What of this account uses any image. */
  ofAccount(): Promise<Found>;
  /** Who else may use these images, one question or two for each. */
  ofOthers(images: readonly Image[]): Promise<Found>;
}

/** Images about which others' permissions are asked at the same time. */
const AT_ONCE = 4;

export function createUseFinder({ autoScaling, cloudFormation, ec2, ssm }: ImageUsers): UseFinder {
  const launchTemplates = new LaunchTemplates(ec2, ssm);
  return {
    async ofAccount() {
      const unanswered: Unanswered[] = [];
      const ask = <Answer>(what: string, right: string, asked: () => Promise<Answer>) =>
        question(what, right, unanswered, asked);
      const [stacks, templates, groups, configurations, instances] = await Promise.all([
        ask('stacks', 'cloudformation:DescribeStacks', () => usesByStacks(cloudFormation)),
        ask('launch templates', LAUNCH_TEMPLATE_RIGHTS, () => launchTemplates.read()),
        ask('Auto Scaling groups', 'autoscaling:DescribeAutoScalingGroups', () => autoScalingGroups(autoScaling)),
        ask('launch configurations', 'autoscaling:DescribeLaunchConfigurations', () =>
          usesByLaunchConfigurations(autoScaling),
        ),
        ask('instances', 'ec2:DescribeInstances', () => usesByInstances(ec2)),
      ]);
      const uses = usesByImage([
        ...(stacks ?? []),
        ...usesByTemplates(templates ?? []),
        ...usesByGroups(groups ?? [], templates ?? []),
        ...(configurations ?? []),
        ...(instances ?? []),
      ]);
      return { uses, unanswered };
    },

    async ofOthers(images) {
      const unanswered: Unanswered[] = [];
      const limit = pLimit(AT_ONCE);
      const right = 'ec2:DescribeImageAttribute or ec2:DescribeSnapshotAttribute';
      const found = await Promise.all(
        images.map(image =>
          limit(() => question(`who may use ${image.id}`, right, unanswered, async () => usesByOthers(ec2, image))),
        ),
      );
      return { uses: usesByImage(found.flatMap(uses => uses ?? [])), unanswered };
    },
  };
}

const LAUNCH_TEMPLATE_RIGHTS =
  'ec2:DescribeLaunchTemplates, ec2:DescribeLaunchTemplateVersions or (for resolve:ssm:) ssm:GetParameter';
