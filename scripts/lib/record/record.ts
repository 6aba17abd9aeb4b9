import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { timestamp } from '../plan/timestamp.ts';
import { writeJson } from './json-file.ts';

/** The folder `dist/ami/<build>/` in which everything about one build is kept. */
export interface BuildRecord {
  folder: string;
  /** To the second: image names are made of it. */
  startedAt: Date;
}

/**
 * Makes the folder of a new build, named after the second it starts in. Two builds of one checkout never share that
 * second, since image names are made of it: the later one is dated a second later.
 */
export function claimBuild(dist: string, now: Date = new Date()): BuildRecord {
  const parent = join(dist, 'ami');
  mkdirSync(parent, { recursive: true });
  for (let moment = new Date(Math.floor(now.getTime() / 1000) * 1000); ; moment = new Date(moment.getTime() + 1000)) {
    const folder = join(parent, timestamp(moment));
    try {
      mkdirSync(folder);
      return { folder, startedAt: moment };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Writes one file of the record, JSON for people and programs, as a whole or not at all. Returns where it is. */
export function writeRecord(record: BuildRecord, name: string, content: unknown): string {
  return writeJson(join(record.folder, name), content);
}
