import { oneOf, resourceId } from './checks.ts';
import { PARAMETERS, type Parameter } from './image.ts';

// What each target takes beside the parameters of an image, and of those.

/** Options of the command itself: they steer the build but are no part of the image. */
export const OPTIONS: readonly Parameter[] = [
  {
    name: 'on_error',
    meaning: 'clean removes the build instance when the build fails, keep leaves it running',
    example: 'keep',
    commandLineOnly: true,
    check: oneOf(['clean', 'keep']),
  },
  {
    name: 'verbose',
    meaning: "yes shows packer's output while it runs",
    example: 'yes',
    commandLineOnly: true,
    check: oneOf(['yes', 'no']),
  },
];

/** What `make ami` takes. */
export const BUILD_PARAMETERS: readonly Parameter[] = [...PARAMETERS, ...OPTIONS];

/** Options of `make plan`, which takes everything `make ami` does. */
export const PLAN_OPTIONS: readonly Parameter[] = [
  {
    name: 'format',
    meaning: 'text for people, json for programs',
    example: 'json',
    commandLineOnly: true,
    check: oneOf(['text', 'json']),
  },
  {
    name: 'offline',
    meaning: 'yes asks AWS nothing',
    example: 'yes',
    commandLineOnly: true,
    check: oneOf(['yes', 'no']),
  },
];

/** Options of `make fetch`. */
export const FETCH_OPTIONS: readonly Parameter[] = [
  {
    name: 'pin',
    meaning: 'yes records the checksums of what has none yet in ami/resources.yaml',
    example: 'yes',
    commandLineOnly: true,
    check: oneOf(['yes', 'no']),
  },
];

/** What `make fetch` takes: everything a build does, so that one config file serves both, but little of it matters. */
export const FETCH_PARAMETERS: readonly Parameter[] = [
  ...PARAMETERS.map(({ required, ...parameter }) => ({
    ...parameter,
    ...(required && ['arch', 'os', 'python_version'].includes(parameter.name) && { required }),
  })),
  ...FETCH_OPTIONS,
];

/** Options of `make sync`. */
export const SYNC_OPTIONS: readonly Parameter[] = [
  {
    name: 'dry_run',
    meaning: 'yes shows what make sync would upload',
    example: 'yes',
    commandLineOnly: true,
    check: oneOf(['yes', 'no']),
  },
];

/** What `make sync` takes: everything a build does, so that one config file serves both, but it needs only S3's. */
export const SYNC_PARAMETERS: readonly Parameter[] = [
  ...PARAMETERS.map(({ required, ...parameter }) => ({
    ...parameter,
    ...(required && ['region', 's3bucket', 's3prefix'].includes(parameter.name) && { required }),
  })),
  ...SYNC_OPTIONS,
];

/** Parameters of `make launch`. Where it is not said otherwise, an instance starts as EC2 starts it by default. */
export const LAUNCH_PARAMETERS: readonly Parameter[] = [
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
  },
  ...PARAMETERS.filter(({ name }) => ['config', 'env', 'ip', 'region', 'sg', 'subnet'].includes(name)).map(
    ({ required, ...optional }) => optional,
  ),
  {
    name: 'instance_type',
    meaning: 'Type of the instance; default: in ami-build.yaml',
    example: 't3.medium',
  },
];
