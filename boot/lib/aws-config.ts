import { lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from './atomic-file.ts';
import type { Journal } from './journal.ts';

const CONFIG = '/usr/local/etc/aws/config';
const ROOT_CONFIG = '/root/.aws/config';

/** Writes the AWS configuration with the region and makes root's a link to it. A file that root made himself stays. */
export function configureRegion(region: string, journal: Journal, config = CONFIG, rootConfig = ROOT_CONFIG): void {
  const text = `# Written at every boot by 00_aws_region.\n[default]\nregion = ${region}\n`;
  if (textOf(config) !== text) replaceFile(config, text);
  if (!isThere(rootConfig)) {
    mkdirSync(dirname(rootConfig), { recursive: true, mode: 0o700 });
    symlinkSync(config, rootConfig);
  }
  journal.did(`region ${region}`);
  if (linkTarget(rootConfig) !== config)
    journal.notice(`${rootConfig} is not our link to ${config}, so it was left alone`);
}

function textOf(path: string): string | undefined {
  return isThere(path) ? readFileSync(path, 'utf8') : undefined;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function linkTarget(path: string): string | undefined {
  return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
}
