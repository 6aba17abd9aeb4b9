import { PARAMETERS } from './image.ts';
import { type Declaration, only } from './parameter.ts';
import { OPTIONS } from './targets.ts';

// Parameters of the targets that work on builds that were recorded, rather than on a new one.

/** What `make resume` takes. */
export const RESUME_PARAMETERS = [
  {
    name: 'build',
    meaning: 'Build that failed and kept its instance (on_error=keep): its id, or the name of its folder',
    detail:
      'A build that fails with on_error=keep prints its id. Once what failed is mended in the checkout, the build goes on with the configurator that failed.',
    example: '2026-11-23T02-32-36Z-1f2e',
    required: true,
    commandLineOnly: true,
  },
  {
    name: 'give_up',
    meaning: 'yes removes the kept instance and everything else of the build',
    example: 'yes',
    commandLineOnly: true,
    kind: 'yes/no',
  },
  ...only(OPTIONS, ['build_timeout', 'verbose']),
] as const satisfies Declaration;

const IMAGE = 'a build, its folder, the id or name of its image, or a CycloneDX file';

/** What `make diff` takes. */
export const DIFF_PARAMETERS = [
  {
    name: 'a',
    meaning: `Image to compare: ${IMAGE}`,
    example: '2026-11-23T02-32-36Z-1f2e',
    required: true,
    commandLineOnly: true,
  },
  {
    name: 'b',
    meaning: `Image to compare it with: ${IMAGE}`,
    example: 'ami-0043df2e553ad12b6',
    required: true,
    commandLineOnly: true,
  },
  // Asked for only where an image is not of a build that was recorded here.
  ...only(PARAMETERS, ['region']).map(({ required, fromProfile, ...parameter }) => parameter),
] as const satisfies Declaration;
