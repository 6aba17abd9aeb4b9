import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeImagesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { array, literal, looseObject, optional, string } from 'valibot';
import { ifExists, NO_IMAGE } from '../aws/errors.ts';
import { tagOf } from '../aws/tags.ts';
import { Failure, type Problem } from '../command/problems.ts';
import { isCalled, knownBuilds, SBOM } from './builds.ts';
import type { Sbom } from './diff.ts';
import { readRecord } from './read-record.ts';

/**
 * Finds the record of what is on an image: by the path of the record or of the build's folder, or by the build's id, or
 * by the id or name of its image. AWS is asked only about an image that no build in `dist` names; `ec2` connects to it.
 */
export async function findSbom(
  dist: string,
  name: string,
  ec2: () => Promise<EC2Client | undefined>,
): Promise<Sbom | undefined> {
  const file = sbomAt(name) ?? sbomOfBuild(dist, name) ?? (await sbomOfImage(dist, name, ec2));
  return file === undefined ? undefined : readSbom(file);
}

const PROPERTIES = optional(array(looseObject({ name: string(), value: string() })));
const CYCLONEDX = looseObject({
  bomFormat: literal('CycloneDX'),
  metadata: optional(
    looseObject({ component: optional(looseObject({ name: optional(string()), properties: PROPERTIES })) }),
  ),
  components: optional(
    array(
      looseObject({
        type: string(),
        name: string(),
        version: optional(string()),
        purl: optional(string()),
        hashes: optional(array(looseObject({ alg: string(), content: string() }))),
      }),
    ),
  ),
});

function readSbom(file: string): Sbom {
  const sbom = readRecord(file, CYCLONEDX) as Sbom | undefined;
  if (!sbom) throw new Failure(`${file} is not a CycloneDX document in JSON.`, 2);
  return sbom;
}

/** That nothing of this name is recorded, with the names that would do. */
export function notRecorded(dist: string, parameter: string, value: string): Problem {
  const recorded = knownBuilds(dist).filter(({ folder }) => existsSync(join(folder, SBOM)));
  const names = recorded.map(({ plan }) => `\n    ${plan.buildId}  ${plan.imageName}`);
  return {
    parameter,
    value,
    source: 'command line',
    message: 'is no image whose contents are recorded here',
    fix:
      names.length > 0
        ? `Name a build, its folder, its image, or a CycloneDX file. Known builds:${names.join('')}`
        : 'No build is recorded in dist/ami. Name a CycloneDX file.',
  };
}

function sbomAt(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const file = statSync(path).isDirectory() ? join(path, SBOM) : path;
  return existsSync(file) ? file : undefined;
}

function sbomOfBuild(dist: string, name: string): string | undefined {
  const build = knownBuilds(dist).find(candidate => isCalled(candidate, name));
  return build && sbomAt(build.folder);
}

/** An image that was built elsewhere, or copied, still says by its tags which build it is of. */
async function sbomOfImage(
  dist: string,
  id: string,
  connect: () => Promise<EC2Client | undefined>,
): Promise<string | undefined> {
  if (!id.startsWith('ami-')) return undefined;
  const ec2 = await connect();
  const answer = ec2 && (await ifExists(NO_IMAGE, ec2.send(new DescribeImagesCommand({ ImageIds: [id] }))));
  const image = answer?.Images?.[0];
  const buildId = tagOf(image?.Tags, 'BuildId');
  return sbomOfBuild(dist, buildId ?? '') ?? sbomOfBuild(dist, image?.Name ?? '');
}
