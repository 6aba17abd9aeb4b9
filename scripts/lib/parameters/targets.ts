import { minutes, readableFile, resourceId } from './checks.ts';
import { FORMAT } from './format.ts';
import { PARAMETERS } from './image.ts';
import { type Declaration, only, requiringOnly } from './parameter.ts';

// What each target takes beside the parameters of an image, and of those.

/** Options of the command itself: they steer the build but are no part of the image. */
export const OPTIONS = [
  {
    name: 'on_error',
    meaning: 'clean removes the build instance when the build fails, keep leaves it running',
    example: 'keep',
    commandLineOnly: true,
    values: ['clean', 'keep'],
    default: 'clean',
  },
  {
    name: 'build_timeout',
    meaning: 'Minutes after which a build is ended and cleaned up',
    example: '240',
    commandLineOnly: true,
    kind: 'number',
    default: '180',
    check: minutes,
  },
  {
    name: 'verbose',
    meaning: "yes shows packer's output while it runs",
    example: 'yes',
    commandLineOnly: true,
    kind: 'yes/no',
  },
] as const satisfies Declaration;

/** What `make ami` takes. */
export const BUILD_PARAMETERS = [...PARAMETERS, ...OPTIONS] as const satisfies Declaration;

/** Options of `make plan`, which takes everything `make ami` does. */
export const PLAN_OPTIONS = [
  FORMAT,
  {
    name: 'offline',
    meaning: 'yes asks AWS nothing',
    example: 'yes',
    commandLineOnly: true,
    kind: 'yes/no',
  },
] as const satisfies Declaration;

/** Options of `make fetch`. */
export const FETCH_OPTIONS = [
  {
    name: 'pin',
    meaning: 'yes records the checksums of what has none yet in ami/resources.yaml',
    example: 'yes',
    commandLineOnly: true,
    kind: 'yes/no',
  },
] as const satisfies Declaration;

/** What `make fetch` takes: everything a build does, so that one config file serves both, but little of it matters. */
export const FETCH_PARAMETERS = [
  ...requiringOnly(PARAMETERS, ['arch', 'os', 'python_version']),
  ...FETCH_OPTIONS,
] as const satisfies Declaration;

/** Options of `make sync`. */
export const SYNC_OPTIONS = [
  {
    name: 'dry_run',
    meaning: 'yes shows what make sync would upload',
    example: 'yes',
    commandLineOnly: true,
    kind: 'yes/no',
  },
] as const satisfies Declaration;

/** What `make sync` takes: everything a build does, so that one config file serves both, but it needs only S3's. */
export const SYNC_PARAMETERS = [
  ...requiringOnly(PARAMETERS, ['region', 's3bucket', 's3prefix']),
  ...SYNC_OPTIONS,
] as const satisfies Declaration;

/** Parameters of `make launch`. Where it is not said otherwise, an instance starts as EC2 starts it by default. */
export const LAUNCH_PARAMETERS = [
  {
    name: 'ami',
    meaning: 'Image to launch',
    example: 'ami-0043df2e553ad12b6',
    required: true,
    commandLineOnly: true,
    check: resourceId('ami', 'ami-0043df2e553ad12b6'),
  },
  {
    name: 'user_data',
    meaning: 'File with user data for the instance',
    example: 'user-data.json',
    commandLineOnly: true,
    check: readableFile,
  },
  ...requiringOnly(only(PARAMETERS, ['config', 'env', 'ip', 'region', 'sg', 'subnet']), ['region']),
  {
    name: 'instance_type',
    meaning: 'Type of the instance; default: in ami-build.yaml',
    example: 't3.medium',
  },
] as const satisfies Declaration;

/** What `make plan` takes: everything `make ami` does, and how it is shown. */
export const PLAN_PARAMETERS = [...BUILD_PARAMETERS, ...PLAN_OPTIONS] as const satisfies Declaration;
