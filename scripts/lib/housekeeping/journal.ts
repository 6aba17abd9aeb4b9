import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '@aws-sdk/client-ec2';
import { tagOf } from '../aws/tags.ts';
import { ROOT } from '../command/root.ts';
import { timestamp } from '../plan/timestamp.ts';
import { isCalled, knownBuilds } from '../record/builds.ts';

/** Keeps what a command did in `dist/housekeeping/<moment>-<command>.json`, and returns the file's name. */
export function recordHousekeeping(
  command: string,
  content: object,
  { dist = join(ROOT, 'dist'), now = new Date() } = {},
): string {
  const folder = join(dist, 'housekeeping');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${timestamp(now)}-${command}.json`);
  writeFileSync(file, `${JSON.stringify({ at: now.toISOString(), ...content }, null, 2)}\n`);
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
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  const entries: object[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  writeFileSync(`${file}.new`, `${JSON.stringify([...entries, { at: now.toISOString(), ...entry }], null, 2)}\n`);
  renameSync(`${file}.new`, file);
  return file;
}
