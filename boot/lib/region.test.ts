import { afterEach, expect, it } from 'vitest';
import { ordinaryMetadata, startMetadataService } from '../test/metadata-service.ts';
import { Imds } from './imds.ts';
import { instanceRegion, regionOfZone } from './region.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

it.each([
  ['us-east-1a', 'us-east-1'],
  ['ap-southeast-2c', 'ap-southeast-2'],
  ['us-gov-west-1b', 'us-gov-west-1'],
  ['us-isob-east-1a', 'us-isob-east-1'],
  ['cn-northwest-1c', 'cn-northwest-1'],
  ['eusc-de-east-1a', 'eusc-de-east-1'],
  ['us-west-2-lax-1a', 'us-west-2'],
  ['us-east-1-bos-1a', 'us-east-1'],
  ['us-east-1-wl1-bos-wlz-1', 'us-east-1'],
  ['ap-northeast-1-wl1-nrt-wlz-1', 'ap-northeast-1'],
  ['nowhere', undefined],
  ['', undefined],
  ['us-east', undefined],
])('the region of %s is %s', (zone, region) => {
  expect(regionOfZone(zone)).toBe(region);
});

async function regionWith(paths: Record<string, string>): Promise<string> {
  const service = await startMetadataService({ ...ordinaryMetadata(), paths });
  closing.push(service.close);
  return instanceRegion(new Imds({ address: service.address, patience: 500 }));
}

it('is what IMDS says', async () => {
  const paths = { 'placement/region': 'us-west-2\n', 'placement/availability-zone': 'eu-west-1a' };
  expect(await regionWith(paths)).toBe('us-west-2');
});

it('follows from a zone where IMDS is older', async () => {
  expect(await regionWith({ 'placement/availability-zone': 'us-west-2-lax-1a' })).toBe('us-west-2');
});

it('is never nonsense', async () => {
  await expect(regionWith({ 'placement/region': '<html>' })).rejects.toThrow(/neither the region nor a zone/);
});
