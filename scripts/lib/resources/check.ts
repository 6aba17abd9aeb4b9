import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { shellWord } from '../command/clean.ts';
import type { Problem } from '../command/problems.ts';
import { ROOT } from '../command/root.ts';
import type { AmiBuild } from '../parameters/ami-build.ts';
import { reader, type Settings } from '../parameters/settings.ts';
import { sha256OfFile } from './checksums.ts';
import { imageKind, neededResources, type Resource, readResourceList } from './list.ts';

/** What the resources of an image are checked by. */
export interface CheckOptions {
  settings: Settings;
  amiBuild: AmiBuild;
  /** Absent where S3 can't be asked, or where in S3 the resources belong is not known. */
  s3?: S3Client | undefined;
}

/**
 * Finds out which resources an image needs, and what is wrong with them: one that is not pinned, not there, or not what
 * was pinned keeps a build from being whole, and is found before it costs anything. One that is in S3 need not be here
 * as well (on an image nothing is); the build instance verifies it.
 */
export async function checkResources(
  options: CheckOptions,
  folder = join(ROOT, 'ami/resources.s3'),
): Promise<{ needed: Resource[]; problems: Problem[]; notes: string[] }> {
  const { settings, amiBuild } = options;
  const problems: Problem[] = [];
  const notes: string[] = [];
  const kind = imageKind(settings);
  if (!amiBuild.os[kind.os] || !amiBuild.arch[kind.arch]) return { needed: [], problems, notes };
  const needed = neededResources(readResourceList(problems), kind);
  if (problems.length > 0) return { needed: [], problems, notes };
  const fetch = fetchCommand(settings);
  const version = settings.get('python_version');
  if (version?.value && !needed.some(({ name }) => name === 'python')) {
    const message = 'is nothing that ami/resources.yaml has the source of';
    problems.push({ parameter: 'python_version', ...version, message, fix: `Pin it: ${fetch} pin=yes` });
  }
  for (const { path, line, sha256 } of needed) {
    const found = sha256OfFile(join(folder, path));
    const wrong = (message: string, fix: string) =>
      problems.push({ parameter: 'resources', value: path, source: `resources.yaml, line ${line}`, message, fix });
    if (!sha256) wrong('has no checksum there yet', `Pin it: ${fetch} pin=yes`);
    else if (found && found !== sha256) {
      wrong(`is there with the checksum ${found}`, `Remove the file, and fetch it: ${fetch}`);
    } else if (!found && (await isInS3(options, path))) {
      notes.push(`${path} is in S3 and not here; the build instance verifies it.`);
    } else if (!found) wrong('is not in ami/resources.s3', `Fetch it: ${fetch}`);
  }
  return { needed, problems, notes };
}

/** Whether sync has put it there before, as far as the credentials may ask. */
async function isInS3({ settings, s3 }: CheckOptions, path: string): Promise<boolean> {
  if (!s3) return false;
  const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
  const value = reader(settings);
  try {
    await s3.send(new HeadObjectCommand({ Bucket: value('s3bucket'), Key: `${value('s3prefix')}${path}` }));
    return true;
  } catch (error) {
    // A HEAD has no body: S3 tells by the status alone.
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 404 || status === 403) return false;
    throw error;
  }
}

/** Those that are not there as they were pinned. */
export function missingResources(resources: readonly Resource[], folder: string): Resource[] {
  return resources.filter(({ path, sha256 }) => !sha256 || sha256OfFile(join(folder, path)) !== sha256);
}

function fetchCommand(settings: Settings): string {
  const names = settings.has('config') ? ['config', 'env'] : ['os', 'arch'];
  const given = [...settings].filter(
    ([name, { source }]) => names.includes(name) || (source === 'command line' && FETCHES.includes(name)),
  );
  return ['make fetch', ...given.map(([name, { value }]) => shellWord(`${name}=${value}`))].join(' ');
}

/** Parameters that decide what is fetched. */
const FETCHES = ['os', 'arch', 'python_version', 'region', 'skip'];
