import { listOf, matches, resourceId } from './checks.ts';
import { FORMAT } from './format.ts';
import { PARAMETERS } from './image.ts';
import { type Declaration, only, type Parameter } from './parameter.ts';

// Parameters of the targets that keep an account in order: retire, sweep, share, copy.

/** Days between deprecation and deregistration, unless it is said. */
const GRACE = '14';
/** Days for which what a build left is left alone, unless it is said. */
const UNTOUCHED = '1';

const wholeNumber = (least: number) =>
  matches(
    least === 0 ? /^\d{1,5}$/ : /^[1-9]\d{0,4}$/,
    'is not such a number',
    `Give a whole number from ${least} on.`,
  );

const REGION = only(PARAMETERS, ['region']).map(parameter => ({ ...parameter, commandLineOnly: true as const }));

const CONFIRM = {
  name: 'confirm',
  meaning: 'yes does it; otherwise it is only shown',
  example: 'yes',
  commandLineOnly: true,
  kind: 'yes/no',
} as const satisfies Parameter;

/** What `make retire` takes. */
export const RETIRE_PARAMETERS = [
  {
    name: 'keep',
    meaning: 'How many images of each kind stay at least, the newest ones',
    detail:
      'Images are of one kind when their operating system, architecture and Python series (3.11) are the same, because such can replace each other. Deprecated images are not counted, so that a bad one that was deprecated by hand takes no good one with it.',
    example: '5',
    required: true,
    commandLineOnly: true,
    kind: 'number',
    check: wholeNumber(1),
  },
  {
    name: 'older',
    meaning: 'Images that are not older than so many days stay',
    detail: 'An image goes only if it is old enough and keep newer ones of its kind are there.',
    example: '90',
    required: true,
    commandLineOnly: true,
    kind: 'number',
    check: wholeNumber(0),
  },
  {
    name: 'grace',
    meaning: `Days between deprecation and deregistration (${GRACE}); 0 deregisters at once`,
    default: GRACE,
    detail:
      'make retire first deprecates an image: it can still be launched by its id and is hidden from everybody else. A later run deregisters it, with its snapshots, once it has been deprecated for so many days. What is deprecated already, by whomever, counts.',
    example: '30',
    commandLineOnly: true,
    kind: 'number',
    check: wholeNumber(0),
  },
  CONFIRM,
  FORMAT,
  ...REGION,
] as const satisfies Declaration;

/** What `make sweep` takes. */
export const SWEEP_PARAMETERS = [
  {
    name: 'older',
    meaning: `Builds that began less than so many days ago are left alone (${UNTOUCHED}); they may still run`,
    default: UNTOUCHED,
    detail:
      'Whether a build on another machine still runs can not be seen, so its age decides. A build of this checkout that runs is left alone however old it is, and one that has ended is not, however young.',
    example: '2',
    commandLineOnly: true,
    kind: 'number',
    check: wholeNumber(0),
  },
  CONFIRM,
  FORMAT,
  ...REGION,
] as const satisfies Declaration;

const image = (verb: string) =>
  ({
    name: 'ami',
    meaning: `Image to ${verb}`,
    example: 'ami-0043df2e553ad12b6',
    required: true,
    commandLineOnly: true,
    check: resourceId('ami', 'ami-0043df2e553ad12b6'),
  }) as const satisfies Parameter;

const withoutSpaces = (value: string) => value.replaceAll(/\s+/g, '');

/** What `make share` takes. */
export const SHARE_PARAMETERS = [
  image('share'),
  {
    name: 'accounts',
    meaning: 'AWS accounts that may launch it, a comma separated list',
    detail:
      'An account is a number of 12 digits. The ARN of an organisation or of an organisational unit stands for all accounts in it. Nothing is ever shared with everybody.',
    example: '111122223333,444455556666',
    required: true,
    commandLineOnly: true,
    kind: 'list',
    check: listOf(
      matches(
        /^(\d{12}|arn:[a-z-]+:organizations::\d{12}:(organization\/o-[a-z0-9]+|ou\/o-[a-z0-9]+\/ou-[a-z0-9-]+))$/,
        'is neither an AWS account nor the ARN of an organisation or a unit of one',
        'An account has 12 digits: 111122223333.',
      ),
    ),
    normalise: withoutSpaces,
  },
  {
    name: 'copying',
    meaning: 'yes lets the accounts copy it, too',
    detail:
      'To launch an image, the permission to do so is enough. To copy it to a region or account of their own, they need to read its snapshots as well (createVolumePermission). AWS knows no such permission for organisations.',
    example: 'yes',
    commandLineOnly: true,
    kind: 'yes/no',
  },
  {
    name: 'remove',
    meaning: 'yes takes the permissions away, those to copy as well',
    example: 'yes',
    commandLineOnly: true,
    kind: 'yes/no',
  },
  FORMAT,
  ...REGION,
] as const satisfies Declaration;

/** What `make copy` takes. */
export const COPY_PARAMETERS = [
  image('copy'),
  {
    name: 'regions',
    meaning: 'Regions to copy it to, a comma separated list',
    example: 'us-west-2,eu-central-1',
    required: true,
    commandLineOnly: true,
    kind: 'list',
    check: listOf(REGION[0]!.check),
    normalise: value => [...new Set(withoutSpaces(value).split(','))].join(','),
  },
  {
    name: 'kms_key',
    meaning: 'KMS key for the copies, by an alias that each region has; default: its key for EBS',
    detail:
      'Copies are always encrypted. A key belongs to one region, so that it is named by its alias, which has to exist in every region of the list. An image that is encrypted with the key which AWS manages can not be shared.',
    example: 'alias/lava',
    commandLineOnly: true,
    check: matches(
      /^(alias\/[A-Za-z0-9/_-]+|arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[A-Za-z0-9/_-]+|mrk-[0-9a-f]{32})$/,
      'is not the name of a KMS key',
      'Give an alias, such as alias/lava, or the ARN of a key.',
    ),
  },
  FORMAT,
  ...REGION,
] as const satisfies Declaration;
