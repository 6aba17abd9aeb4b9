import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EC2Client } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { fakeClient } from '../../../test/fake-client.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { findSbom, notRecorded } from './sbom.ts';

const BUILD_ID = '2026-01-01T00-00-00Z-1f2e';
const IMAGE_NAME = 'lava-8.1.0-debian12';
const SBOM = { bomFormat: 'CycloneDX', components: [] };

/** Records of one build. */
function dist(): string {
  const folder = temporaryFolder('dist-');
  const build = join(folder, 'ami/2026-01-01T00-00-00Z');
  mkdirSync(build, { recursive: true });
  const write = (file: string, content: object) => writeFileSync(join(build, file), JSON.stringify(content));
  write('plan.json', { buildId: BUILD_ID, imageName: IMAGE_NAME, parameters: {} });
  write('build.json', { ok: true, imageId: 'ami-1', steps: [] });
  write('sbom.cdx.json', SBOM);
  return folder;
}

const never = async () => {
  throw new Error('AWS was asked');
};

/** A stand-in for EC2, in which there is one image with these tags. */
const ec2With = (Tags: object[]) => async () =>
  fakeClient(EC2Client, { DescribeImages: { Images: [{ Name: 'a copy', Tags }] } });

it('finds the record of a build by any of its names, without asking AWS', async () => {
  const folder = dist();
  const build = join(folder, 'ami/2026-01-01T00-00-00Z');
  for (const name of [BUILD_ID, '2026-01-01T00-00-00Z', 'ami-1', IMAGE_NAME, build, join(build, 'sbom.cdx.json')]) {
    expect(await findSbom(folder, name, never)).toEqual(SBOM);
  }
});

it('asks AWS which build another image is of', async () => {
  expect(await findSbom(dist(), 'ami-2', ec2With([{ Key: 'BuildId', Value: BUILD_ID }]))).toEqual(SBOM);
  expect(await findSbom(dist(), 'ami-2', ec2With([]))).toBeUndefined();
  expect(await findSbom(dist(), 'ami-2', async () => undefined)).toBeUndefined();
});

it('finds nothing of a name that nothing has', async () => {
  expect(await findSbom(dist(), 'never', never)).toBeUndefined();
});

it('lists what there is instead', () => {
  expect(notRecorded(dist(), 'a', 'never').fix).toContain(`\n    ${BUILD_ID}  ${IMAGE_NAME}`);
  expect(notRecorded(temporaryFolder('dist-'), 'a', 'never').fix).toContain('No build is recorded');
});

it('refuses a file that is something else', async () => {
  const file = join(dist(), 'ami/2026-01-01T00-00-00Z/plan.json');
  await expect(findSbom('', file, never)).rejects.toThrow('plan.json is not a CycloneDX document in JSON.');
});
