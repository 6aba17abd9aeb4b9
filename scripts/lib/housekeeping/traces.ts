import {
  DescribeKeyPairsCommand,
  type Instance,
  paginateDescribeInstances,
  paginateDescribeSecurityGroups,
  paginateDescribeVolumes,
} from '@aws-sdk/client-ec2';
import {
  GetInstanceProfileCommand,
  GetRoleCommand,
  paginateListInstanceProfiles,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import pLimit from 'p-limit';
import type { Aws } from '../aws/clients.ts';
import { ifExists } from '../aws/errors.ts';
import { tagOf } from '../aws/tags.ts';
import {
  imageLeftover,
  instanceLeftover,
  keyPairLeftover,
  type Leftover,
  roleLeftovers,
  securityGroupLeftover,
  snapshotLeftover,
  volumeLeftover,
} from '../cleanup/removals.ts';
import { isRoleOf } from '../cleanup/roles.ts';
import { KEPT } from '../record/kept.ts';
import { beginOf, temporaryOf } from './build-tags.ts';
import { imageTraces, ownImages, snapshotsOfImages } from './image-traces.ts';
import type { LocalBuild } from './local-builds.ts';
import { question, type Unanswered } from './question.ts';

/** What is there of a build that should not outlive it, in the order in which it can be removed. */
export interface Trace {
  buildId: string;
  leftovers: Leftover[];
  /** Its instance, or its role, says that it was kept; 'unknown' where instances may not be looked for. */
  isKept: boolean | 'unknown';
}

export interface Traces {
  traces: Trace[];
  /** What could not be looked for. */
  unanswered: Unanswered[];
}

type Services = Pick<Aws, 'ec2' | 'iam'>;

/** Everything whose tags say that it exists only while a build runs. */
const OF_BUILDS = { Name: 'tag-key', Values: ['BuildId'] };

/** Finds everything that builds left behind, or need while they run: by tags, and by what this checkout knows. */
export async function findTraces(aws: Services, local: readonly LocalBuild[]): Promise<Traces> {
  const { ec2 } = aws;
  const unanswered: Unanswered[] = [];
  const ask = <Answer>(what: string, right: string, asked: () => Promise<Answer[]>) =>
    question(what, right, unanswered, asked);
  const [known, volumes = [], images, snapshots, keyPairs = [], groups = [], roles = []] = await Promise.all([
    ask('instances', 'ec2:DescribeInstances', () => buildInstances(aws)),
    ask('volumes', 'ec2:DescribeVolumes', () => buildVolumes(aws)),
    ask('images', 'ec2:DescribeImages', () => ownImages(ec2)),
    ask('snapshots', 'ec2:DescribeSnapshots', () => snapshotsOfImages(ec2)),
    ask('key pairs', 'ec2:DescribeKeyPairs', () => buildKeyPairs(aws)),
    ask('security groups', 'ec2:DescribeSecurityGroups', () => buildGroups(aws)),
    ask('roles', 'iam:ListRoles, iam:ListInstanceProfiles, iam:GetRole or iam:GetInstanceProfile', () =>
      buildRoles(aws, local),
    ),
  ]);
  const instances = known ?? [];
  const byInstance = new Map([
    ...local.flatMap(({ instanceId, buildId }) => (instanceId ? [[instanceId, buildId] as const] : [])),
    ...instances.map(({ buildId, instance }) => [instance.InstanceId ?? '', buildId] as const),
  ]);
  const alive = instances.filter(({ instance }) => instance.State?.Name !== 'terminated');
  // A snapshot without its image is one only if all images are known.
  const ofImages = images && snapshots ? imageTraces(images, snapshots, byInstance, local) : [];
  const found: Found[] = [
    ...alive.map(({ buildId, instance }) => ({
      buildId,
      leftover: instanceLeftover(aws, instance.InstanceId ?? ''),
      isKept: tagOf(instance.Tags, KEPT) !== undefined,
    })),
    ...volumes,
    ...ordered(ofImages).map(({ buildId, kind, id }) => ({
      buildId,
      leftover: kind === 'image' ? imageLeftover(aws, id) : snapshotLeftover(aws, id),
    })),
    ...keyPairs,
    ...groups,
    ...roles,
  ];
  const kept = new Set(found.filter(({ isKept }) => isKept).map(({ buildId }) => buildId));
  return {
    traces: [...new Set(found.map(({ buildId }) => buildId))].sort().map(buildId => ({
      buildId,
      leftovers: found.filter(other => other.buildId === buildId).map(({ leftover }) => leftover),
      isKept: kept.has(buildId) || (known ? false : 'unknown'),
    })),
    unanswered,
  };
}

interface Found {
  buildId: string;
  leftover: Leftover;
  /** It says that it was kept. */
  isKept?: boolean;
}

/** Images before their snapshots. */
function ordered<Item extends { kind: string }>(items: Item[]): Item[] {
  return [...items].sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0));
}

/** Those that were terminated not long ago too: images may have been made of them. */
async function buildInstances({ ec2 }: Services): Promise<{ buildId: string; instance: Instance }[]> {
  const found: { buildId: string; instance: Instance }[] = [];
  for await (const page of paginateDescribeInstances({ client: ec2, pageSize: 1000 }, { Filters: [OF_BUILDS] })) {
    for (const instance of (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances)) {
      const buildId = temporaryOf(instance.Tags);
      if (buildId) found.push({ buildId, instance });
    }
  }
  return found;
}

async function buildVolumes(aws: Services): Promise<Found[]> {
  const found: Found[] = [];
  const input = { Filters: [OF_BUILDS, { Name: 'status', Values: ['available'] }] };
  for await (const page of paginateDescribeVolumes({ client: aws.ec2, pageSize: 500 }, input)) {
    for (const { VolumeId = '', Tags } of page.Volumes ?? []) {
      const buildId = temporaryOf(Tags);
      if (buildId) found.push({ buildId, leftover: volumeLeftover(aws, VolumeId) });
    }
  }
  return found;
}

async function buildKeyPairs(aws: Services): Promise<Found[]> {
  const { KeyPairs = [] } = await aws.ec2.send(new DescribeKeyPairsCommand({ Filters: [OF_BUILDS] }));
  return KeyPairs.flatMap(({ KeyName = '', Tags }) => {
    const buildId = temporaryOf(Tags);
    return buildId ? [{ buildId, leftover: keyPairLeftover(aws, KeyName) }] : [];
  });
}

async function buildGroups(aws: Services): Promise<Found[]> {
  const found: Found[] = [];
  for await (const page of paginateDescribeSecurityGroups(
    { client: aws.ec2, pageSize: 500 },
    { Filters: [OF_BUILDS] },
  )) {
    for (const { GroupId = '', Tags } of page.SecurityGroups ?? []) {
      const buildId = temporaryOf(Tags);
      if (buildId) found.push({ buildId, leftover: securityGroupLeftover(aws, GroupId) });
    }
  }
  return found;
}

/** Packer's temporary roles and instance profiles; lists of them tell no tags, so that each one is looked at. */
async function buildRoles(aws: Services, local: readonly LocalBuild[]): Promise<Found[]> {
  const client = aws.iam;
  const names = new Set<string>();
  for await (const { Roles = [] } of paginateListRoles({ client, pageSize: 1000 }, {})) {
    for (const { RoleName = '' } of Roles) names.add(RoleName);
  }
  for await (const page of paginateListInstanceProfiles({ client, pageSize: 1000 }, {})) {
    for (const { InstanceProfileName = '' } of page.InstanceProfiles ?? []) names.add(InstanceProfileName);
  }
  const limit = pLimit(4);
  const found = await Promise.all(
    [...names]
      .filter(name => name.startsWith('packer-'))
      .map(name =>
        limit(async () => {
          const tags = await roleTags(aws, name);
          const buildId = temporaryOf(tags) ?? (await untaggedOf(aws, name, local));
          const isKept = tagOf(tags, KEPT) !== undefined;
          return buildId ? (await roleLeftovers(aws, name)).map(leftover => ({ buildId, leftover, isKept })) : [];
        }),
      ),
  );
  return found.flat();
}

/** The build of this checkout that packer made a role for, if nothing about the role says otherwise. */
async function untaggedOf(aws: Services, name: string, local: readonly LocalBuild[]): Promise<string | undefined> {
  const buildId = local.find(({ roleName }) => roleName === name)?.buildId;
  return buildId && (await isRoleOf(aws, { buildId, startedAt: beginOf(buildId) }, name)) ? buildId : undefined;
}

const NO_ENTITY = ['NoSuchEntityException', 'NoSuchEntity'];

async function roleTags({ iam }: Services, name: string) {
  const role = await ifExists(NO_ENTITY, iam.send(new GetRoleCommand({ RoleName: name })));
  if (role?.Role?.Tags?.length) return role.Role.Tags;
  const profile = iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name }));
  return (await ifExists(NO_ENTITY, profile))?.InstanceProfile?.Tags;
}
