import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { clean } from '../command/clean.ts';

// The files in dist/ are written and read here. No packages are needed for it: `make clean` works without any.

/**
 * Writes JSON, for people and programs, as a whole or not at all: beside its place, to the disk, and then over what was
 * there before. Its folder is made if need be. Returns the file's name.
 */
export function writeJson(file: string, content: unknown): string {
  const draft = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const handle = openSync(draft, 'w');
    try {
      writeFileSync(handle, `${JSON.stringify(content, null, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  return file;
}

/** Writes it where there is something to lose if that ended the command: what can't be written is only said. */
export function writeJsonIfPossible(file: string, content: unknown): void {
  try {
    writeJson(file, content);
  } catch (error) {
    console.error(clean(`${relative('', file)} could not be written: ${(error as Error).message}`));
  }
}

/** What is in a file of JSON; nothing where there is none. One that can't be read is named, and passed over. */
export function readJson(file: string): unknown {
  const text = readText(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says of it would show what is in the file.
    return passOver(file, text === '' ? 'it is empty' : 'it is not JSON');
  }
}

/** The text in a file; nothing where there is none. One that can't be read is named, and passed over. */
export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return passOver(file, code === 'EISDIR' ? 'it is a folder' : message);
  }
}

const passedOver = new Set<string>();

/** Says once that a file of a record is passed over, and why. */
export function passOver(file: string, why: string): undefined {
  if (!passedOver.has(file)) console.error(clean(`${relative('', file)} can not be read, and is passed over: ${why}`));
  passedOver.add(file);
}
