import type { Image } from '../aws/images.ts';
import type { WorkerStack } from './stacks.ts';

// Images and stacks for tests.

/** An image for x86_64, the `day`th day of November; its id ends in that number. */
export function sampleImage(day: number, changed: Partial<Image> = {}): Image {
  const number = String(day).padStart(2, '0');
  const arch = changed.arch ?? 'x86_64';
  return {
    id: `ami-00000000000000${arch === 'arm64' ? 'a' : '0'}${number}`,
    name: `lava-8.1.0-debian12-py3.11-${arch}-2026-11-${number}T10-00-00Z`,
    createdAt: `2026-11-${number}T10:05:00.000Z`,
    builtAt: `2026-11-${number}T10:00:00.000Z`,
    state: 'available',
    arch,
    lavaVersion: '8.1.0',
    pythonVersion: '3.11.12',
    os: 'debian12',
    encrypted: true,
    isPublic: false,
    isProtected: false,
    snapshots: [],
    tags: {},
    ...changed,
  };
}

export function sampleStack(changed: Partial<WorkerStack> = {}): WorkerStack {
  const name = changed.name ?? 'prod-core';
  return {
    name,
    id: `arn:aws:cloudformation:us-east-1:123456789012:stack/${name}/1`,
    realm: 'prod',
    worker: 'core',
    status: 'CREATE_COMPLETE',
    updatedAt: '2026-11-01T12:00:00.000Z',
    imageParameter: 'amiId',
    imageId: sampleImage(1).id,
    instanceTypes: ['t3.micro'],
    parameters: ['realm', 'worker', 'amiId', 'workerInstanceType'],
    capabilities: ['CAPABILITY_IAM'],
    tags: { team: 'lava' },
    ...changed,
  };
}
