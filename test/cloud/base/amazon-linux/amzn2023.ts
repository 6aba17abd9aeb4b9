import { wantedPackages } from '../../../../os/wanted-packages.ts';
import type { BaseImage, BaseOptions } from '../cached-base.ts';
import { amazonLinuxBase, namesIn, REPOSITORIES } from './amazon-linux.ts';

/** The release that the base image is locked to, and one that came after it; their names are those of true releases. */
const RELEASE = '2023.9.20251027';
const NEXT = '2023.9.20251105';

/** Amazon Linux 2023's stand-in. What its layer asks for and the distribution has not is not there either. */
export function amzn2023Base(options: BaseOptions): Promise<BaseImage> {
  const known = new Set(namesIn('amzn2023', 'packages'));
  const wanted = new Set([...namesIn('amzn2023', 'image'), ...wantedPackages('amzn2023'), 'containerd']);
  const packages = [...[...wanted].filter(name => known.has(name)), 'stand-in'];
  return amazonLinuxBase(
    {
      os: 'amzn2023',
      release: RELEASE,
      repositories: [
        { folder: RELEASE, version: RELEASE, packages },
        { folder: NEXT, version: NEXT, packages: ['system-release', 'libaio'], older: RELEASE },
      ],
      address: `file://${REPOSITORIES}/$releasever`,
      osRelease: release =>
        [
          ...['NAME="Amazon Linux"', 'VERSION="2023"', 'ID="amzn"', 'ID_LIKE="fedora"', 'VERSION_ID="2023"'],
          ...['PLATFORM_ID="platform:al2023"', `PRETTY_NAME="Amazon Linux ${release} (stand-in on Debian)"`],
          'VARIANT_ID="stand-in"\n',
        ].join('\n'),
    },
    options,
  );
}
