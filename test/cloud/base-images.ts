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

const SOURCES: BaseImageSource[] = [
  {
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
  },
];

/** Gigabytes that vendors give the root volume. */
const ROOT_VOLUME_SIZE = 8;

/**
 * Makes the base images that are not there yet and registers all of them. Takes a minute the first time. For the
 * architecture that this machine lacks there is an image that can be looked up; RunInstances refuses to launch it.
 */
export async function registerBaseImages(state: State, options: BaseImageOptions): Promise<void> {
  for (const source of SOURCES) {
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
