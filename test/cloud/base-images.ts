import { amzn2Base } from './base/amazon-linux/amzn2.ts';
import { amzn2023Base } from './base/amazon-linux/amzn2023.ts';
import type { BaseImage } from './base/cached-base.ts';
import { debian12Base } from './base/debian12.ts';
import type { Image, State } from './state.ts';

/** What a vendor publishes for one operating system, as people find it on EC2. */
interface BaseImageSource {
  /** The vendor's AWS account. */
  ownerId: string;
  rootDeviceName: string;
  /** For each architecture, and the SSM parameter in which the vendor publishes the image's id. */
  images: Record<Image['architecture'], { imageId: string; snapshotId: string; parameter: string }>;
  make(options: BaseImageOptions): Promise<BaseImage>;
}

export interface BaseImageOptions {
  folder: string;
  caCertificate: string;
  log(line: string): void;
}

const DEBIAN: BaseImageSource = {
  ownerId: '136693071363',
  rootDeviceName: '/dev/xvda',
  images: {
    x86_64: {
      imageId: 'ami-0deb1a20000000012',
      snapshotId: 'snap-0deb1a20000000012',
      parameter: '/aws/service/debian/release/12/latest/amd64',
    },
    arm64: {
      imageId: 'ami-0deb1a2a000000012',
      snapshotId: 'snap-0deb1a2a000000012',
      parameter: '/aws/service/debian/release/12/latest/arm64',
    },
  },
  make: debian12Base,
};

const AMAZON = { ownerId: '137112412989', rootDeviceName: '/dev/xvda' };
const PARAMETERS = '/aws/service/ami-amazon-linux-latest';

/** Stand-ins for what can't be had here. They take minutes, and so are made only for those who ask for them. */
const STAND_INS: Readonly<Record<string, BaseImageSource>> = {
  amzn2023: {
    ...AMAZON,
    images: {
      x86_64: {
        imageId: 'ami-0a1202300000000a1',
        snapshotId: 'snap-0a1202300000000a1',
        parameter: `${PARAMETERS}/al2023-ami-kernel-default-x86_64`,
      },
      arm64: {
        imageId: 'ami-0a1202300000000a2',
        snapshotId: 'snap-0a1202300000000a2',
        parameter: `${PARAMETERS}/al2023-ami-kernel-default-arm64`,
      },
    },
    make: amzn2023Base,
  },
  amzn2: {
    ...AMAZON,
    images: {
      x86_64: {
        imageId: 'ami-0a1200000000000a1',
        snapshotId: 'snap-0a1200000000000a1',
        parameter: `${PARAMETERS}/amzn2-ami-kernel-5.10-hvm-x86_64-gp2`,
      },
      arm64: {
        imageId: 'ami-0a1200000000000a2',
        snapshotId: 'snap-0a1200000000000a2',
        parameter: `${PARAMETERS}/amzn2-ami-kernel-5.10-hvm-arm64-gp2`,
      },
    },
    make: amzn2Base,
  },
};

/** Gigabytes that vendors give the root volume. */
const ROOT_VOLUME_SIZE = 8;

/**
 * Makes the base images that are not there yet and registers them: Debian 12, and the stand-ins that are named. Takes a
 * minute for each the first time. For the architecture that this machine lacks there is an image that can be looked up;
 * RunInstances refuses to launch it.
 */
export async function registerBaseImages(
  state: State,
  standIns: readonly string[],
  options: BaseImageOptions,
): Promise<void> {
  const sources = standIns.map(name => {
    if (Object.hasOwn(STAND_INS, name)) return STAND_INS[name]!;
    throw new Error(
      `There is no stand-in ${name}; LAVA_CLOUD_STAND_INS may name ${Object.keys(STAND_INS).join(', ')}.`,
    );
  });
  for (const source of [DEBIAN, ...sources]) {
    const base = await source.make(options);
    register(state, source, 'x86_64', base);
    register(state, source, 'arm64', base);
  }
}

function register(state: State, source: BaseImageSource, architecture: Image['architecture'], base: BaseImage): void {
  const { ownerId, rootDeviceName, images } = source;
  const { imageId, snapshotId, parameter } = images[architecture];
  const { description, createdAt, rootfs } = base;
  const name = `${base.name}-${architecture}`;
  const layers = architecture === base.architecture ? [rootfs] : [];
  state.snapshots[snapshotId] = {
    snapshotId,
    state: 'completed',
    description: `Created for ${name}`,
    ownerId,
    volumeId: 'vol-ffffffff',
    volumeSize: ROOT_VOLUME_SIZE,
    encrypted: false,
    startTime: createdAt,
    layers,
    tags: {},
  };
  state.images[imageId] = {
    imageId,
    name,
    description,
    ownerId,
    state: 'available',
    architecture,
    creationDate: createdAt,
    public: true,
    launchPermissions: [],
    rootDeviceName,
    snapshotId,
    layers,
    tags: {},
  };
  state.parameters[parameter] = imageId;
}
