import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../command/root.ts';

/** One package of `ami/python/requirements.txt`. */
export interface Requirement {
  /** As it stands there, normalised: lower case, words joined by `-`. */
  name: string;
  version: string;
  /** SHA-256 of every file of this version, in hex. */
  sha256: string[];
  /** Its lines, as pip reads them. */
  text: string;
}

/** The pinned Python packages of the image. The file is generated: a mistake in it is ours. */
export function readRequirements(file: string = join(ROOT, 'ami/python/requirements.txt')): Requirement[] {
  return parseRequirements(readFileSync(file, 'utf8'));
}

/** Takes the text of a requirements file with checksums apart. Throws when something in it is not pinned. */
export function parseRequirements(text: string): Requirement[] {
  const entries = text.replaceAll(/^\s*#.*\n/gm, '').split(/^(?=\S)/m);
  return entries
    .filter(entry => entry.trim() !== '')
    .map(entry => {
      const [, name, version] = /^([A-Za-z0-9._-]+)==([^\s;\\]+)/.exec(entry) ?? [];
      const sha256 = [...entry.matchAll(/--hash=sha256:([0-9a-f]{64})\b/g)].map(([, sum = '']) => sum);
      if (!name || !version || sha256.length === 0) throw new Error(`requirements.txt: not pinned: ${entry.trim()}`);
      return { name: normalise(name), version, sha256, text: entry };
    });
}

/** A package's name in the one spelling by which names are compared. */
export function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** What a wheel's file name says: `charset_normalizer-3.5.2-cp311-….whl`. Undefined for anything else. */
export function wheelOf(file: string): { name: string; version: string } | undefined {
  const [name, version, ...tags] = file.split('-');
  return name && version && tags.length >= 3 && file.endsWith('.whl') ? { name: normalise(name), version } : undefined;
}
