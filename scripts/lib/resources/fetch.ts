import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { $ } from 'zx/core';
import { Failure } from '../command/problems.ts';
import { bytes, type Progress } from '../command/progress.ts';
import { missingResources } from './check.ts';
import { sha256OfFile } from './checksums.ts';
import type { Resource } from './list.ts';

/** How many are downloaded at the same time. */
const AT_ONCE = 4;
const REPORT_EVERY = 10_000;

export interface FetchOptions {
  folder: string;
  /** Checksums of what has none yet are to be recorded. */
  pin: boolean;
  signal: AbortSignal;
  progress: Progress;
}

/** A resource whose checksum was not known before. */
export interface Pinned {
  resource: Resource;
  sha256: string;
}

/**
 * Downloads the resources that are not there as they were pinned, and verifies them. What has no checksum yet is
 * downloaded only to be pinned, after its signature was verified where there is one. All that fails is said at once.
 * Returns what was downloaded, and what is pinned by it.
 */
export async function fetchResources(
  resources: readonly Resource[],
  { folder, pin, signal, progress }: FetchOptions,
): Promise<{ fetched: Resource[]; pinned: Pinned[]; failures: string[] }> {
  const wanted = missingResources(resources, folder);
  const done: { fetched: Resource[]; pinned: Pinned[]; failures: string[] } = { fetched: [], pinned: [], failures: [] };
  const stopReporting = report(wanted, folder, progress);
  const limit = pLimit(AT_ONCE);
  try {
    await Promise.all(
      wanted.map(resource =>
        limit(async () => {
          signal.throwIfAborted();
          try {
            if (!resource.sha256 && !pin) throw new Failure('it has no checksum yet; pin=yes downloads and records it');
            const sha256 = await fetchOne(resource, folder, signal);
            done.fetched.push(resource);
            if (!resource.sha256) done.pinned.push({ resource, sha256 });
            progress.line(`${resource.path}: fetched and verified`);
          } catch (error) {
            signal.throwIfAborted();
            if (!(error instanceof Failure)) throw error;
            done.failures.push(`${resource.path}: ${error.message}`);
          }
        }),
      ),
    );
  } finally {
    stopReporting();
  }
  return done;
}

/** Downloads one resource beside its place, verifies it, and puts it there as a whole. Returns its checksum. */
async function fetchOne(resource: Resource, folder: string, signal: AbortSignal): Promise<string> {
  const file = join(folder, resource.path);
  const part = partOf(file);
  mkdirSync(dirname(file), { recursive: true });
  await download(resource.url, part, signal);
  if (resource.signature) await verifySignature(resource.signature, part, signal);
  const sha256 = sha256OfFile(part) ?? '';
  if (resource.sha256 && sha256 !== resource.sha256) {
    rmSync(part);
    throw new Failure(
      `what ${resource.url} has now has the checksum ${sha256}, and ${resource.sha256} is pinned ` +
        `(ami/resources.yaml, line ${resource.line}). If the vendor published something new, remove the sha256 there and use pin=yes.`,
    );
  }
  renameSync(part, file);
  return sha256;
}

/** Hidden, so that a sync that runs meanwhile takes nothing from it. */
function partOf(file: string): string {
  return join(dirname(file), `.${basename(file)}.part`);
}

/**
 * curl goes on where an earlier download was cut off, tries again, honours proxies, and follows redirects as long as
 * they stay on https. Its exit statuses are in its manual ("EXIT CODES").
 */
async function download(url: string, target: string, signal: AbortSignal): Promise<void> {
  const options = ['--fail', '--location', '--silent', '--show-error', '--proto', '=https', '--continue-at', '-'];
  const patience = ['--connect-timeout', '20', '--speed-limit', '1000', '--speed-time', '60', '--retry', '4'];
  const again = { signal, quiet: true, nothrow: true } as const;
  const run = () => $(again)`curl ${options} ${patience} --output ${target} ${url}`;
  let result = await run();
  // What an earlier download left is longer than, or as long as, what there is now: from the beginning.
  if (result.exitCode === 33 || result.exitCode === 36 || /\b416\b/.test(result.stderr)) {
    rmSync(target, { force: true });
    result = await run();
  }
  signal.throwIfAborted();
  if (result.exitCode === 0) return;
  if (result.exitCode === null || /command not found/.test(result.stderr)) throw new Failure('curl is not installed');
  const said = result.stderr.trim().split('\n').at(-1) ?? '';
  throw new Failure(`${url}: ${said.replace(/^curl: \(\d+\) /, '') || `curl ended with status ${result.exitCode}`}`);
}

/** The vendor's key has to be in the operator's keyring: whom to trust is the operator's to say. */
async function verifySignature({ url, key }: { url: string; key: string }, file: string, signal: AbortSignal) {
  const signature = `${file}.sig`;
  rmSync(signature, { force: true });
  await download(url, signature, signal);
  const { stdout, stderr, exitCode } = await $({
    signal,
    quiet: true,
    nothrow: true,
  })`gpg --batch --status-fd 1 --verify ${signature} ${file}`;
  rmSync(signature, { force: true });
  if (exitCode === 0 && new RegExp(`^\\[GNUPG:\\] VALIDSIG (.* )?${key}( |$)`, 'm').test(stdout)) return;
  rmSync(file, { force: true });
  if (/NO_PUBKEY/.test(stdout)) {
    throw new Failure(
      `the key ${key} of its vendor is not in your keyring. Get it from the vendor, then: gpg --import FILE`,
    );
  }
  if (/BADSIG/.test(stdout)) throw new Failure(`its signature ${url} is of another file`);
  if (exitCode === 0) throw new Failure(`its signature ${url} was not made by the key ${key}`);
  throw new Failure(
    `its signature could not be verified: ${stderr.trim().split('\n').at(-1) ?? 'gpg is not installed'}`,
  );
}

/** Shows how much has arrived: on a terminal in the live line, elsewhere now and then. */
function report(resources: readonly Resource[], folder: string, progress: Progress): () => void {
  const arrived = () =>
    resources.reduce((sum, { path }) => {
      const file = join(folder, path);
      const status = [partOf(file), file].map(name => statSync(name, { throwIfNoEntry: false })).find(Boolean);
      return sum + (status?.size ?? 0);
    }, 0);
  const text = () => `fetch: ${resources.length} to fetch, ${bytes(arrived())} here`;
  const timer = setInterval(
    () => (progress.isLive ? progress.working(text()) : progress.line(text())),
    progress.isLive ? 500 : REPORT_EVERY,
  );
  return () => clearInterval(timer);
}
