import { FORMAT } from '../parameters/format.ts';
import type { Declaration } from '../parameters/parameter.ts';
import type { Values } from '../parameters/values.ts';
import type { Naming, Typed } from './options.ts';

const yesOrNo = { commandLineOnly: true, kind: 'yes/no' } as const;

/** What `make amis` takes: the options of `lava-ami` as make's parameters. What values they may have is checked there. */
export const AMIS_PARAMETERS = [
  {
    name: 'stacks',
    meaning: 'Worker stacks: names or glob patterns, separated by spaces or commas',
    detail: 'Without it, all worker stacks are listed. An update has to say which stacks it means.',
    example: 'prod-*',
    commandLineOnly: true,
  },
  { name: 'n', meaning: 'How many images of each architecture to list (5)', example: '10', commandLineOnly: true },
  { name: 'arch', meaning: 'Only images for x86_64 or arm64', example: 'arm64', commandLineOnly: true },
  { name: 'profile', meaning: 'AWS profile', example: 'prod', commandLineOnly: true },
  { name: 'region', meaning: 'AWS region', example: 'ap-southeast-2', commandLineOnly: true },
  FORMAT,
  { name: 'update', meaning: 'yes asks for each stack which image it should have', example: 'yes', ...yesOrNo },
  { name: 'set', meaning: 'Image to give to the stacks', example: 'ami-0043df2e553ad12b6', commandLineOnly: true },
  { name: 'newest', meaning: 'yes gives the stacks the newest image that fits', example: 'yes', ...yesOrNo },
  { name: 'previous', meaning: 'yes gives the stacks the image they had before', example: 'yes', ...yesOrNo },
  { name: 'dry_run', meaning: 'yes shows what an update would change', example: 'yes', ...yesOrNo },
  { name: 'wait', meaning: 'no does not wait for updates to end (yes)', example: 'no', default: 'yes', ...yesOrNo },
] as const satisfies Declaration;

const NAMES: Partial<Record<keyof Typed, string>> = {
  number: 'n',
  dryRun: 'dry_run',
  noWait: 'wait',
  json: 'format',
  patterns: 'stacks',
};

/** make's parameters as `lava-ami` knows its options, and how to call those in messages. */
export function typedOf(values: Partial<Values<typeof AMIS_PARAMETERS>>): { typed: Typed; naming: Naming } {
  const { n: number, profile, region, arch, set, update, newest, previous, stacks = '' } = values;
  const typed: Typed = {
    number,
    profile,
    region,
    arch,
    set,
    update,
    newest,
    previous,
    dryRun: values.dry_run,
    noWait: values.wait === false,
    json: values.format === 'json',
    patterns: stacks.split(/[\s,]+/).filter(Boolean),
  };
  return { typed, naming: option => NAMES[option] ?? option };
}
