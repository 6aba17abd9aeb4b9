import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '@aws-sdk/client-ec2';
import { array, looseObject } from 'valibot';
import { tagOf } from '../aws/tags.ts';
import { ROOT } from '../command/root.ts';
import { timestamp } from '../plan/timestamp.ts';
import { isCalled, knownBuilds } from '../record/builds.ts';
import { writeJsonIfPossible } from '../record/json-file.ts';
import { readRecord } from '../record/read-record.ts';

/** Keeps what a command did in `dist/housekeeping/<moment>-<command>.json`, and returns the file's name. */
export function recordHousekeeping(
  command: string,
  content: object,
  { dist = join(ROOT, 'dist'), now = new Date() } = {},
): string {
  const file = join(dist, 'housekeeping', `${timestamp(now)}-${command}.json`);
  writeJsonIfPossible(file, { at: now.toISOString(), ...content });
  return file;
}

/**
 * Adds an entry to the list in a file beside the record of the image's build; where that is not of this checkout, in
 * `dist/copies/<name of the image>/`. Returns the file's name.
 */
export function recordOfImage(
  image: Image,
  name: string,
  entry: object,
  { dist = join(ROOT, 'dist'), now = new Date() } = {},
): string {
  const called = [image.ImageId, image.Name, tagOf(image.Tags, 'BuildId')];
  const build = knownBuilds(dist).find(candidate => called.some(known => known && isCalled(candidate, known)));
  // A name may hold characters that are none of a folder's.
  const folder = build?.folder ?? join(dist, 'copies', (image.Name ?? '').replaceAll(/[^\w.-]+/g, '_'));
  const file = join(folder, name);
  const entries = readRecord(file, array(looseObject({})));
  // What can't be read is not written over: somebody may make sense of it.
  if (!entries && existsSync(file)) renameSync(file, `${file}.unreadable-${timestamp(now)}`);
  writeJsonIfPossible(file, [...(entries ?? []), { at: now.toISOString(), ...entry }]);
  return file;
}
