import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { componentNames } from './components.ts';
import type { Problem } from './problems.ts';
import { reader, type Settings } from './resolve.ts';
import { type ImageKind, neededResources, type Resource, readResourceList } from './resource-list.ts';
import { ROOT } from './root.ts';

/** What the resources belong to, as resolved parameters say. */
export function imageKind(settings: Settings): ImageKind {
  const value = reader(settings);
  return {
    os: value('os'),
    arch: value('arch'),
    pythonVersion: value('python_version'),
    skip: componentNames(value('skip')),
  };
}

/**
 * The resources that an image needs. One that is not pinned, not there, or not what was pinned becomes a problem: all
 * that keeps a build from being whole is found before it costs anything.
 */
export async function checkResources(
  settings: Settings,
  problems: Problem[],
  folder = join(ROOT, 'ami/resources.s3'),
): Promise<Resource[]> {
  const kind = imageKind(settings);
  const before = problems.length;
  const needed = neededResources(readResourceList(problems), kind);
  if (problems.length > before) return [];
  const fetch = fetchCommand(settings);
  const version = settings.get('python_version');
  if (version?.value && !needed.some(({ name }) => name === 'python')) {
    const message = 'is nothing that ami/resources.yaml has the source of';
    problems.push({ parameter: 'python_version', ...version, message, fix: `Pin it: ${fetch} pin=yes` });
  }
  const checksums = await checksumsOf(needed, folder);
  for (const { path, line, sha256 } of needed) {
    const found = checksums.get(path);
    const wrong = (message: string, fix: string) =>
      problems.push({ parameter: 'resources', value: path, source: `resources.yaml, line ${line}`, message, fix });
    if (!sha256) wrong('has no checksum there yet', `Pin it: ${fetch} pin=yes`);
    else if (!found) wrong('is not in ami/resources.s3', `Fetch it: ${fetch}`);
    else if (found !== sha256) wrong(`is there with the checksum ${found}`, `Remove the file, and fetch it: ${fetch}`);
  }
  return needed;
}

/** Those that are not there as they were pinned. */
export async function missingResources(resources: readonly Resource[], folder: string): Promise<Resource[]> {
  const checksums = await checksumsOf(resources, folder);
  return resources.filter(({ path, sha256 }) => !sha256 || checksums.get(path) !== sha256);
}

function fetchCommand(settings: Settings): string {
  const names = settings.has('config') ? ['config', 'env'] : ['os', 'arch'];
  const given = [...settings].filter(
    ([name, { source }]) => names.includes(name) || (source === 'command line' && FETCHES.includes(name)),
  );
  return ['make fetch', ...given.map(([name, { value }]) => `${name}=${value}`)].join(' ');
}

/** Parameters that decide what is fetched. */
const FETCHES = ['os', 'arch', 'python_version', 'skip'];

/** Files that were read before and have not changed since: path to what they were and their checksum. */
type Remembered = Record<string, { version: string; sha256: string }>;

const MEMORY = join(ROOT, 'node_modules/.cache/lava/checksums.json');

/** SHA-256 of the files that are there, by path. Large files are read once only, as long as they don't change. */
async function checksumsOf(resources: readonly Resource[], folder: string): Promise<Map<string, string>> {
  const known = remembered();
  const checksums = new Map<string, string>();
  let news = false;
  for (const { path } of resources) {
    const file = join(folder, path);
    const status = statSync(file, { throwIfNoEntry: false });
    if (!status?.isFile()) continue;
    const version = `${status.size}:${status.mtimeMs}:${status.ino}`;
    if (known[file]?.version !== version) {
      known[file] = { version, sha256: await sha256Of(file) };
      news = true;
    }
    checksums.set(path, known[file].sha256);
  }
  if (news) remember(known);
  return checksums;
}

/** In hexadecimal digits. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function remembered(): Remembered {
  try {
    return JSON.parse(readFileSync(MEMORY, 'utf8'));
  } catch {
    return {};
  }
}

function remember(known: Remembered): void {
  try {
    mkdirSync(dirname(MEMORY), { recursive: true });
    writeFileSync(`${MEMORY}.${process.pid}`, JSON.stringify(known));
    renameSync(`${MEMORY}.${process.pid}`, MEMORY);
  } catch {
    // Nothing is lost but time.
  }
}
