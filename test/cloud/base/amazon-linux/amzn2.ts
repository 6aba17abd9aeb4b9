import { wantedPackages } from '../../../../os/wanted-packages.ts';
import type { BaseImage, BaseOptions } from '../cached-base.ts';
import { amazonLinuxBase, namesIn, REPOSITORIES } from './amazon-linux.ts';

const RELEASE = '2';

/** Packages that are in a repository of their own, which has to be enabled first, by its topic. */
const EXTRAS = { docker: ['docker', 'containerd'], postgresql14: ['postgresql'] };

/** Amazon Linux 2's stand-in. */
export function amzn2Base(options: BaseOptions): Promise<BaseImage> {
  const known = new Set(namesIn('amzn2', 'packages'));
  const extra = Object.values(EXTRAS).flat();
  const wanted = new Set([...namesIn('amzn2', 'image'), ...wantedPackages('amzn2')]);
  const packages = [...wanted].filter(name => known.has(name) && !extra.includes(name));
  return amazonLinuxBase(
    {
      os: 'amzn2',
      release: RELEASE,
      repositories: [
        { folder: '2/core', version: RELEASE, packages: [...packages, 'stand-in'] },
        ...Object.entries(EXTRAS).map(([topic, names]) => ({
          folder: `2/extras/${topic}`,
          version: RELEASE,
          packages: names,
        })),
      ],
      address: `file://${REPOSITORIES}/$releasever/core`,
      osRelease: () =>
        [
          ...['NAME="Amazon Linux"', 'VERSION="2"', 'ID="amzn"', 'ID_LIKE="centos rhel fedora"', 'VERSION_ID="2"'],
          ...['PRETTY_NAME="Amazon Linux 2 (stand-in on Debian)"', 'VARIANT_ID="stand-in"\n'],
        ].join('\n'),
    },
    options,
  );
}
