import { randomBytes } from 'node:crypto';
import type { Aws } from '../aws/clients.ts';
import { Failure } from '../command/problems.ts';
import type { BaseImage } from '../lookup/base-image.ts';
import type { AmiBuild } from '../parameters/ami-build.ts';
import { type Resolved, reader, type Settings } from '../parameters/settings.ts';
import { OPTIONS } from '../parameters/targets.ts';
import { valuesOf } from '../parameters/values.ts';
import type { Resource } from '../resources/list.ts';
import { type Place, placeOf } from '../sync/place.ts';
import type { Prepared } from './prepared.ts';
import { repoOrigin } from './repo.ts';
import { timestamp } from './timestamp.ts';

/** Everything a build is going to do, decided before it does anything. Plain data: it is kept with the build. */
export interface Plan {
  /** Marks everything the build creates, so that leftovers can be found. */
  buildId: string;
  startedAt: string;
  imageName: string;
  description: string;
  /** Of the image and its snapshots. */
  tags: Record<string, string>;
  /** Of what exists only while the build runs: instance, volumes, key pair, role. */
  buildTags: Record<string, string>;
  parameters: Record<string, Resolved>;
  options: { onError: 'clean' | 'keep'; verbose: boolean; buildTimeout: number };
  accountId: string;
  baseImage: BaseImage;
  loginUser: string;
  /** The folder that is synced to S3 before the build, and where to. */
  place: Place;
  /** What of it the image needs, as the build instance is told of it. */
  resources: { name: string; version: string; path: string; sha256: string }[];
  /** The build's settings on the build instance, for the configurators. */
  environment: Record<string, string>;
  /** Variables of the template, but for the files that only exist once the build runs. */
  variables: Record<string, string | boolean | string[] | Record<string, string>>;
}

export interface PlanOptions {
  settings: Settings;
  amiBuild: AmiBuild;
  facts: { accountId: string; partition: string; baseImage: BaseImage };
  startedAt: Date;
  resources: readonly Resource[];
  /** A few characters that tell this build from others of the same second. */
  random: string;
  /** Where the source of the factory comes from, without credentials. */
  repo: string;
}

/** Plans a build of what was prepared; the preparation must have found no problem. */
export function planBuild(
  { settings, amiBuild, facts, aws, resources }: Prepared,
  startedAt: Date,
): { plan: Plan; aws: Aws } {
  if (!aws || !facts?.baseImage) {
    throw new Failure('The base image could not be found out, so there is nothing to build on. Name it with ami_id.');
  }
  const random = randomBytes(2).toString('hex');
  const known = { ...facts, baseImage: facts.baseImage };
  return {
    plan: makePlan({ settings, amiBuild, facts: known, resources, startedAt, random, repo: repoOrigin() }),
    aws,
  };
}

/** Makes the plan from resolved parameters and looked-up facts. Pure. */
export function makePlan({ settings, amiBuild, facts, resources, startedAt, random, repo }: PlanOptions): Plan {
  const value = reader(settings);
  const values = valuesOf(settings, OPTIONS);
  const buildId = `${timestamp(startedAt)}-${random}`;
  const imageName = imageNameOf(settings, startedAt);
  const loginUser = amiBuild.os[value('os')]?.login_user ?? '';
  const description = `Lava ${value('lava_version')} worker, ${amiBuild.os[value('os')]?.description ?? value('os')}`;
  const tags = imageTags(settings, { imageName, buildId, repo, baseImageId: facts.baseImage.id });
  const buildTags = { Name: `building ${imageName}`, BuildId: buildId };
  return {
    buildId,
    startedAt: startedAt.toISOString(),
    imageName,
    description,
    tags,
    buildTags,
    parameters: Object.fromEntries(settings),
    options: { onError: values.on_error, verbose: values.verbose, buildTimeout: values.build_timeout },
    accountId: facts.accountId,
    baseImage: facts.baseImage,
    loginUser,
    place: placeOf(settings),
    resources: resources.map(({ name, version, path, sha256 = '' }) => ({ name, version, path, sha256 })),
    environment: {
      LAVA_VERSION: value('lava_version'),
      LAVA_OS: value('os'),
      LAVA_ARCH: value('arch'),
      LAVA_PYTHON_VERSION: value('python_version'),
      LAVA_TIMEZONE: value('tz'),
      LAVA_LOGIN_USER: loginUser,
      LAVA_AMI_NAME: imageName,
      LAVA_BASE_AMI: facts.baseImage.id,
      LAVA_BUILD_ID: buildId,
      LAVA_REGION: value('region'),
      LAVA_S3_BUCKET: value('s3bucket'),
      LAVA_S3_PREFIX: value('s3prefix'),
      LAVA_S3_SSE: value('s3_sse'),
      LAVA_S3_KMS_KEY: value('s3_kms_key'),
      LAVA_SKIP: value('skip').replaceAll(',', ' '),
      LAVA_RELEASEVER: value('releasever'),
      LAVA_STARTED: startedAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    },
    variables: {
      ami_name: imageName,
      ami_description: description,
      build_id: buildId,
      tags,
      build_tags: buildTags,
      region: value('region'),
      partition: facts.partition,
      source_ami: facts.baseImage.id,
      instance_type: value('instance_type'),
      subnet_id: value('subnet'),
      security_group_ids: value('sg').split(','),
      public_ip: value('ip') === 'public',
      login_user: loginUser,
      s3bucket: value('s3bucket'),
      s3prefix: value('s3prefix'),
    },
  };
}

/** An image's name: `lava-8.1.0-amzn2023-py3.11-arm64-2025-07-02T08-43-48Z` (user guide, "Lava AMI Names"). */
export function imageNameOf(settings: Settings, startedAt: Date): string {
  const value = reader(settings);
  const python = value('python_version').split('.').slice(0, 2).join('.');
  return ['lava', value('lava_version'), value('os'), `py${python}`, value('arch'), timestamp(startedAt)].join('-');
}

/** Tags of an image and its snapshots. The Python version has two spellings, since both are in use. */
export function imageTags(
  settings: Settings,
  { imageName, buildId, repo, baseImageId }: { imageName: string; buildId: string; repo: string; baseImageId: string },
): Record<string, string> {
  const value = reader(settings);
  return {
    Name: imageName,
    OS: value('os'),
    Arch: value('arch'),
    Repo: repo,
    SourceAmi: baseImageId,
    LavaVersion: value('lava_version'),
    PythonVersion: value('python_version'),
    PYTHON_VERSION: value('python_version'),
    BuildId: buildId,
    ...(value('releasever') && { Releasever: value('releasever') }),
    ...(value('skip') && { LavaSkipped: value('skip').replaceAll(',', ' ') }),
  };
}
