import { isDenied } from '../../aws/errors.ts';
import { reader } from '../../parameters/resolve.ts';
import type { Prepared } from '../../plan/prepare.ts';
import { imageKind } from '../check.ts';
import { filesOf, wheelProblems } from './missing.ts';
import { type WheelPlace, wheelPlace } from './place.ts';
import { readRequirements } from './requirements.ts';

/**
 * Adds to a preparation what is wrong with the wheels of the Python packages: with those that are here, or, where there
 * are none (as on an image, whose resources are in S3), with those in S3.
 */
export async function checkWheels(prepared: Prepared): Promise<void> {
  const { settings, amiBuild, problems, notChecked } = prepared;
  const { os, arch, pythonVersion, skip } = imageKind(settings);
  if (!amiBuild.os[os] || !amiBuild.arch[arch] || !/^3\.\d+\.\d+$/.test(pythonVersion)) return;
  if (skip.includes('python-packages')) return;
  const value = reader(settings);
  const place = wheelPlace(settings, amiBuild);
  const here = filesOf(place.folder);
  if (here.length > 0) {
    problems.push(...wheelProblems(place, readRequirements(), here, { folder: place.folder }));
    return;
  }
  const url = `s3://${value('s3bucket')}/${value('s3prefix')}${place.name}`;
  const found = await filesInS3(prepared, place);
  if (found) problems.push(...wheelProblems(place, readRequirements(), found, { url }));
  else notChecked.push(`the wheels of the Python packages: none are here, and ${url}/ could not be looked at`);
}

/** The names of the files there; undefined when S3 can't be asked or refuses. */
async function filesInS3({ settings, problems, aws }: Prepared, { name }: WheelPlace): Promise<string[] | undefined> {
  if (!aws || problems.some(({ parameter }) => ['s3', 's3bucket', 's3prefix'].includes(parameter))) return undefined;
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  const value = reader(settings);
  const Prefix = `${value('s3prefix')}${name}/`;
  try {
    const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket: value('s3bucket'), Prefix }));
    return Contents.map(({ Key = '' }) => Key.slice(Prefix.length));
  } catch (error) {
    if (isDenied(error)) return undefined;
    throw error;
  }
}
