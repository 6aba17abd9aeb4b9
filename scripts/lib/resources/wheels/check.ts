import { isDenied } from '../../aws/errors.ts';
import type { Problem } from '../../command/problems.ts';
import { reader } from '../../parameters/settings.ts';
import type { Circumstances } from '../check.ts';
import { imageKind } from '../list.ts';
import { filesOf, wheelProblems } from './missing.ts';
import { type WheelPlace, wheelPlace } from './place.ts';
import { readRequirements } from './requirements.ts';

/**
 * What is wrong with the wheels of the Python packages: with those that are here, or, where there are none (as on an
 * image, whose resources are in S3), with those in S3.
 */
export async function checkWheels(
  circumstances: Circumstances,
): Promise<{ problems: Problem[]; notChecked: string[] }> {
  const { settings, amiBuild } = circumstances;
  const { os, arch, pythonVersion, skip } = imageKind(settings);
  const isKnown = amiBuild.os[os] && amiBuild.arch[arch] && /^3\.\d+\.\d+$/.test(pythonVersion);
  if (!isKnown || skip.includes('python-packages')) return { problems: [], notChecked: [] };
  const value = reader(settings);
  const place = wheelPlace(settings, amiBuild);
  const here = filesOf(place.folder);
  if (here.length > 0) {
    return { problems: wheelProblems(place, readRequirements(), here, { folder: place.folder }), notChecked: [] };
  }
  const url = `s3://${value('s3bucket')}/${value('s3prefix')}${place.name}`;
  const found = await filesInS3(circumstances, place);
  if (found) return { problems: wheelProblems(place, readRequirements(), found, { url }), notChecked: [] };
  const blind = `the wheels of the Python packages: none are here, and ${url}/ could not be looked at`;
  return { problems: [], notChecked: [blind] };
}

/** The names of the files there; undefined when S3 can't be asked or refuses. */
async function filesInS3({ settings, s3 }: Circumstances, { name }: WheelPlace): Promise<string[] | undefined> {
  if (!s3) return undefined;
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  const value = reader(settings);
  const Prefix = `${value('s3prefix')}${name}/`;
  try {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: value('s3bucket'), Prefix }));
    return Contents.map(({ Key = '' }) => Key.slice(Prefix.length));
  } catch (error) {
    if (isDenied(error)) return undefined;
    throw error;
  }
}
