import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { $ } from 'zx/core';
import { Failure } from '../../command/problems.ts';
import { compareWheels, filesOf, INDEX, names } from './missing.ts';
import { seriesOf, type WheelPlace } from './place.ts';
import type { Requirement } from './requirements.ts';

/** How many pips ask the package index at the same time, when it is asked package by package. */
const AT_ONCE = 4;

/**
 * Fetches the wheels that are missing, or are not what they should be, with pip, from the package index that the
 * operator has set up for it. pip compares the checksums. Says what it did, in a few words.
 */
export async function fetchWheels(
  place: WheelPlace,
  requirements: Requirement[],
  signal?: AbortSignal,
): Promise<string> {
  const { folder } = place;
  mkdirSync(folder, { recursive: true });
  const before = compareWheels(filesOf(folder), requirements, folder);
  for (const file of before.different) rmSync(join(folder, file));
  const wanted = compareWheels(filesOf(folder), requirements).missing;
  if (wanted.length > 0) {
    await assertPip();
    // Hidden, so that a sync that runs meanwhile takes nothing from it.
    const scratch = mkdtempSync(join(folder, '.fetch-'));
    try {
      const failed = await download(place, wanted, scratch, signal);
      for (const file of readdirSync(scratch))
        if (file.endsWith('.whl')) renameSync(join(scratch, file), join(folder, file));
      if (failed.size > 0) throw new Failure(explain(place, failed));
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  const { files } = compareWheels(filesOf(folder), requirements);
  for (const file of readdirSync(folder)) {
    if (file.endsWith('.whl') && !files.includes(file)) rmSync(join(folder, file));
  }
  writeFileSync(join(folder, INDEX), files.map(file => `${file}\n`).join(''));
  return `${wanted.length} wheels fetched, ${requirements.length - wanted.length} there already`;
}

/** Downloads all at once; if that fails, one by one, so that all that can't be had are known. Says why not, by package. */
async function download(
  place: WheelPlace,
  wanted: Requirement[],
  scratch: string,
  signal: AbortSignal | undefined,
): Promise<Map<Requirement, string>> {
  const failed = new Map<Requirement, string>();
  try {
    await pipDownload(place, wanted, scratch, signal);
    return failed;
  } catch (error) {
    signal?.throwIfAborted();
    if (wanted.length === 1) return failed.set(wanted[0] as Requirement, reasonOf(error));
  }
  const limit = pLimit(AT_ONCE);
  await Promise.all(
    wanted.map(requirement =>
      limit(async () => {
        try {
          await pipDownload(place, [requirement], scratch, signal);
        } catch (error) {
          signal?.throwIfAborted();
          failed.set(requirement, reasonOf(error));
        }
      }),
    ),
  );
  return failed;
}

async function pipDownload(
  { python, platforms }: WheelPlace,
  requirements: Requirement[],
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = join(folder, `${requirements[0]?.name}.txt`);
  writeFileSync(file, requirements.map(({ text }) => text).join(''));
  const how = ['--quiet', '--disable-pip-version-check', '--no-input', '--no-deps', '--only-binary=:all:'];
  const target = ['--implementation', 'cp', '--python-version', seriesOf(python)];
  const on = platforms.flatMap(name => ['--platform', name]);
  await $({
    quiet: true,
    ...(signal && { signal }),
  })`python3 -m pip download ${how} --require-hashes ${target} ${on} --requirement ${file} --dest ${folder}`;
}

async function assertPip(): Promise<void> {
  const { exitCode } = await $({ quiet: true, nothrow: true })`python3 -m pip --version`;
  if (exitCode === 0) return;
  throw new Failure(
    'Wheels are fetched with pip, and python3 -m pip does not work here. Install it (Debian: python3-pip).',
  );
}

/** What pip says last is what went wrong; what it says before are guesses. */
function reasonOf(error: unknown): string {
  const said = String((error as { stderr?: string }).stderr ?? (error as Error).message)
    .trim()
    .split('\n');
  return (said.findLast(line => line.startsWith('ERROR:')) ?? said.at(-1) ?? '').replace(/^ERROR: /, '');
}

function explain({ os, arch, python }: WheelPlace, failed: Map<Requirement, string>): string {
  const reasons = [...failed].map(([requirement, reason]) => `  ${names([requirement])}: ${reason}`).sort();
  return [
    `There is no wheel for Python ${seriesOf(python)} on ${os}, ${arch}, of:`,
    ...reasons,
    'If the package index can be reached, pin other versions (ami/python/requirements.in, then ami/python/lock).',
  ].join('\n');
}
