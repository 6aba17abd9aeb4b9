import { existsSync } from 'node:fs';
import type { Image } from '../aws/images.ts';
import { Failure } from '../command/problems.ts';
import { diff, type Sbom } from '../record/diff.ts';
import { findSbom } from '../record/sbom.ts';

/** As many changes as are shown; the rest is counted. */
const MOST = 20;

/**
 * What changes from one image to another, as lines: by what is recorded of them in `dist`, else by their tags, as is
 * then said.
 */
export async function whatChanges(dist: string, from: Image | undefined, to: Image): Promise<string[]> {
  if (!from) return ['What changes is not known: there is no such image as the stack has now.'];
  const [a, b] = [await recordOf(dist, from), await recordOf(dist, to)];
  if (typeof a === 'object' && typeof b === 'object') return byRecord(a, b, from, to);
  const missing = [a, b].filter(what => typeof what === 'string');
  return [`${missing.join(' ')} By their tags:`, ...byTags(from, to).map(line => `  ${line}`)];
}

function byRecord(a: Sbom, b: Sbom, from: Image, to: Image): string[] {
  const changes = [...diff(a, b)].flatMap(([part, list]) => list.map(change => ({ part, ...change })));
  if (changes.length === 0) return ['Nothing on the image changes.'];
  const lines = changes.map(({ part, name, before, after }) => {
    const what =
      before === undefined ? `new: ${after}` : after === undefined ? `gone: ${before}` : `${before} -> ${after}`;
    return `  ${part}: ${name} ${what}`;
  });
  const count = (is: (change: { before?: string; after?: string }) => boolean) => changes.filter(is).length;
  const [added, removed] = [count(({ before }) => before === undefined), count(({ after }) => after === undefined)];
  const rest = lines.length - MOST;
  return [
    `${added} added, ${removed} removed, ${lines.length - added - removed} changed:`,
    ...lines.slice(0, MOST),
    ...(rest > 0 ? [`  and ${rest} more: make diff a=${from.id} b=${to.id}`] : []),
  ];
}

/** What images say of themselves. */
function byTags(from: Image, to: Image): string[] {
  const facts = ({ lavaVersion, pythonVersion, os, arch, tags }: Image): Record<string, string> => ({
    lava: lavaVersion,
    Python: pythonVersion,
    'operating system': os,
    architecture: arch,
    'base image': tags.SourceAmi ?? '',
    'left out': tags.LavaSkipped ?? '',
  });
  const [before, after] = [facts(from), facts(to)];
  const changed = Object.keys(before).filter(name => before[name] !== after[name]);
  const line = (name: string) => `${name}: ${before[name] || 'nothing said'} -> ${after[name] || 'nothing said'}`;
  return changed.length > 0 ? changed.map(line) : ['nothing changes but the build'];
}

/** The record of an image, found by its id, its build or its name; or a sentence that says why there is none. */
async function recordOf(dist: string, image: Image): Promise<Sbom | string> {
  try {
    for (const name of [image.id, image.tags.BuildId, image.name]) {
      // A file that happens to be called so in this folder is no record.
      const sbom = name && !existsSync(name) ? await findSbom(dist, name, async () => undefined) : undefined;
      if (sbom) return sbom;
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.message;
  }
  return `What is on ${image.id} is not recorded here.`;
}
