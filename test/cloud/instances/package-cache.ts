import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream';

/** Files of which one address never names two versions: a package's version is part of its name. */
const IMMUTABLE = /\.(deb|rpm)$/;
/** How much is kept, in bytes; what was not asked for longest goes first. */
const LIMIT = 2 * 1024 ** 3;
const UNFINISHED = '.unfinished';

/** Keeps the packages that machines fetched, so that the next machine has them at once. */
export interface PackageCache {
  /** Answers a request from what is kept; false when it is not there. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
  /** Keeps a reply to a request, if it is a package and arrives whole. To be called before the reply is read. */
  keep(request: IncomingMessage, reply: IncomingMessage): void;
}

export function createPackageCache(folder: string, limit = LIMIT): PackageCache {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith(UNFINISHED)) rmSync(join(folder, file));

  function fileFor({ method, url = '', headers }: IncomingMessage): string | undefined {
    if (method !== 'GET' || headers.range || !IMMUTABLE.test(url)) return undefined;
    return join(folder, createHash('sha256').update(`${headers.host}${url}`).digest('hex'));
  }

  return {
    answer(request, response) {
      const file = fileFor(request);
      if (!file || !existsSync(file)) return false;
      const now = new Date();
      utimesSync(file, now, now);
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': statSync(file).size });
      pipeline(createReadStream(file), response, () => {});
      return true;
    },
    keep(request, reply) {
      const file = fileFor(request);
      const length = reply.headers['content-length'];
      if (!file || reply.statusCode !== 200 || length === undefined) return;
      const draft = `${file}.${randomUUID()}${UNFINISHED}`;
      pipeline(reply, createWriteStream(draft), error => {
        if (error || statSync(draft).size !== Number(length)) return rmSync(draft, { force: true });
        renameSync(draft, file);
        tidy(folder, limit);
      });
    },
  };
}

function tidy(folder: string, limit: number): void {
  const kept = readdirSync(folder)
    .map(name => join(folder, name))
    .map(path => ({ path, size: statSync(path).size, usedAt: statSync(path).mtimeMs }))
    .sort((one, other) => other.usedAt - one.usedAt);
  let total = 0;
  for (const { path, size } of kept) {
    total += size;
    if (total > limit) rmSync(path);
  }
}
