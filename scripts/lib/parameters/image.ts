import { component, listOf, matches, normalisePrefix, resourceId, timeZone } from './checks.ts';
import { COMPONENTS, componentNames } from './components.ts';
import type { Declaration } from './parameter.ts';

/**
 * The parameters of `make ami`, declared once. Help, checks, the reader of config files, packer's variables and the
 * table in the README all come from this.
 */
export const PARAMETERS = [
  {
    name: 'ami_id',
    meaning: 'Base AMI; default: what ami_ref names at the time of the build',
    detail:
      "The build starts from this AMI instead of the one that ami_ref leads to. Don't set it unless you really know what you are doing: the image is then named and tagged after os, whatever the AMI holds.",
    example: 'ami-0043df2e553ad12b6',
    check: resourceId('ami', 'ami-0043df2e553ad12b6'),
  },
  {
    name: 'ami_ref',
    meaning: 'Tail of the SSM parameter that holds the id of the base AMI',
    detail:
      'AWS and Debian publish the ids of their current AMIs as SSM parameters. The path before the tail stands in ami/ami-build.yaml, by os. It is not asked for when ami_id is given.',
    example: 'al2023-ami-kernel-default-x86_64',
    check: matches(
      /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/,
      'is not the tail of an SSM parameter name',
      'It looks like al2023-ami-kernel-default-x86_64.',
    ),
  },
  {
    name: 'arch',
    meaning: 'CPU architecture',
    detail:
      'The image runs on instances of this architecture only, and is built on one: see instance_type. In image names, ARM is always arm64, never aarch64.',
    example: 'arm64',
    required: true,
    values: ['x86_64', 'arm64'],
  },
  {
    name: 'config',
    meaning: 'YAML file in lava deploy format with values for any parameter',
    detail:
      'The file has one section for each environment; env says which one to take. Within it, `ami` holds the parameters (python_version as python: version:, S3 as s3:), `_` holds s3base. A relative name is taken from the folder you are in. See deploy/sample.yaml.',
    example: 'config.yaml',
    commandLineOnly: true,
  },
  {
    name: 'env',
    meaning: 'Environment within the config file',
    detail:
      'The top level key of the config file whose values are taken. What is given on the command line still wins over them.',
    example: 'dev',
    commandLineOnly: true,
  },
  {
    name: 'instance_type',
    meaning: 'Type of the build instance, fitting arch; default: in ami-build.yaml',
    detail:
      'It only matters for the time of the build. It has to fit arch: Graviton types for arm64. A faster type compiles Python in less time.',
    example: 'm7g.large',
    check: matches(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'is not an instance type', 'It looks like m7g.large.'),
  },
  {
    name: 'ip',
    meaning: 'IP address type of the build instance',
    detail:
      "With public, the build instance gets a public address and is reached from outside; its subnet needs a route to an internet gateway. With private, make has to run where the subnet's private addresses can be reached, and the subnet needs another way out, such as a NAT gateway.",
    example: 'private',
    required: true,
    values: ['public', 'private'],
  },
  {
    name: 'lava_version',
    meaning: 'Lava version of the image; default: that of package.json',
    detail:
      'Image name and tags carry it. There is no hard binding between the version of the image and that of the worker code, but it is best to keep them in step.',
    example: '8.1.0',
    check: matches(/^\d+\.\d+\.\d+$/, 'is not a lava version', 'It has three numbers: 8.1.0.'),
  },
  {
    name: 'os',
    meaning: 'Operating system of the image',
    detail: 'Each value has a section in ami/ami-build.yaml and a layer of the same name in os/.',
    example: 'amzn2023',
    required: true,
  },
  {
    name: 'python_version',
    meaning: 'Python version of the image, with its patch level',
    detail:
      "Python is built from source at exactly this version, beside the operating system's own. Job payloads with compiled Python components depend on it, so it also stands in the image's name (py3.11) and, whole, in the tags PYTHON_VERSION and PythonVersion.",
    example: '3.11.12',
    required: true,
    config: ['ami', 'python', 'version'],
    check: value =>
      /^3\.\d+\.\d+$/.test(value)
        ? undefined
        : /^3\.\d+$/.test(value)
          ? {
              message: 'has no patch level; the image carries exactly one release of Python',
              fix: `Say which one, such as ${value}.12.`,
            }
          : { message: 'is not a version of Python 3', fix: 'It has three numbers: 3.11.12.' },
  },
  {
    name: 'region',
    meaning: 'AWS region to build in; default: that of the AWS profile',
    detail: 'It comes from AWS_REGION or AWS_DEFAULT_REGION, else from the AWS profile in use, unless it is given.',
    example: 'ap-southeast-2',
    required: true,
    fromProfile: true,
    check: matches(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'is not the name of an AWS region', 'It looks like ap-southeast-2.'),
  },
  {
    name: 'releasever',
    meaning: 'Release of Amazon Linux 2023 for the image; default: that of the base AMI',
    detail:
      'Each release of Amazon Linux 2023 has repositories of its own, and a base AMI is locked to one. An image stays on the release of its base unless another one is given here: the packages are brought to that, and the image is locked to it (in /etc/dnf/vars/releasever). Either way the same build finds the same packages later. `latest` is refused, since it would leave the image unlocked. On an instance, dnf check-release-update lists what there is.',
    example: '2023.9.20251105',
    check: value =>
      /^2023\.\d+\.\d{8}$/.test(value)
        ? undefined
        : {
            message:
              value === 'latest'
                ? 'is no release; an image that follows the latest one is not locked to any'
                : 'is not a release of Amazon Linux 2023',
            fix: 'It looks like 2023.9.20251105.',
          },
  },
  {
    name: 's3bucket',
    meaning: 'S3 bucket for extra build resources',
    detail:
      'Large third party components are synced from ami/resources.s3 to this bucket before the build, and read from there by the build instance. In a config file, s3: gives bucket and prefix together.',
    example: 'my-artefact-bucket',
    required: true,
    check: matches(
      /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      'is not the name of an S3 bucket',
      'It has 3 to 63 lower case letters, digits, dots and hyphens, and no s3:// before it.',
    ),
  },
  {
    name: 's3prefix',
    meaning: 'S3 prefix for extra build resources',
    detail:
      'Everything in ami/resources.s3 is kept under this prefix. It ends in exactly one /, which may be left out here.',
    example: 'lava/ami/',
    required: true,
    check: matches(
      /^[A-Za-z0-9!_.'()/=+@ -]{0,900}$/,
      'has characters that are not safe in an S3 prefix',
      'Use letters, digits and / ! _ . - = + @, such as lava/ami/.',
    ),
    normalise: normalisePrefix,
  },
  {
    name: 's3_sse',
    meaning: 'Encryption of what is uploaded, where the bucket asks for one',
    detail:
      'Buckets may refuse uploads that do not say how they are to be encrypted. aws:kms takes the key of s3_kms_key, or the default key of S3 in the account.',
    example: 'aws:kms',
    values: ['AES256', 'aws:kms'],
  },
  {
    name: 's3_kms_key',
    meaning: 'KMS key for s3_sse=aws:kms: its id, ARN or alias',
    example: 'alias/lava',
    check: matches(/^[A-Za-z0-9:/_-]+$/, 'is not a KMS key', 'Give its id, its ARN, or alias/NAME.'),
  },
  {
    name: 'sg',
    meaning: 'Security group of the build instance, or a comma separated list',
    detail:
      'The groups have to belong to the VPC of the subnet and to let ssh in from where make runs. In a config file it may also be a YAML list.',
    example: 'sg-004d25956a3bf5bd4',
    required: true,
    kind: 'list',
    check: listOf(resourceId('sg', 'sg-004d25956a3bf5bd4')),
    normalise: value => value.replaceAll(/\s+/g, ''),
  },
  {
    name: 'skip',
    meaning: 'Components to leave out, a comma separated list',
    detail: `A component that is left out is not fetched, not installed and not tested; the image's tag LavaSkipped and its record say so. In a config file it may be a YAML list. Components: ${Object.entries(
      COMPONENTS,
    )
      .map(([name, meaning]) => `${name} (${meaning})`)
      .join(', ')}.`,
    example: 'oracle,ssm-agent',
    kind: 'list',
    check: listOf(component),
    normalise: list => componentNames(list).join(','),
  },
  {
    name: 'subnet',
    meaning: 'Subnet of the build instance',
    detail: 'The temporary build instance is launched in it, with an address of the type that ip says.',
    example: 'subnet-f6b6d681',
    required: true,
    check: resourceId('subnet', 'subnet-f6b6d681'),
  },
  {
    name: 'tz',
    meaning: 'Timezone of instances launched from the image',
    detail: 'A name of the tz database, as in /usr/share/zoneinfo. Cron jobs and log files on the instances go by it.',
    example: 'Australia/Sydney',
    required: true,
    check: timeZone,
  },
] as const satisfies Declaration;
