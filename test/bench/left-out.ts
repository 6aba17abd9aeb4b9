import { $ } from 'zx/core';
import { ROOT } from '../../scripts/lib/command/root.ts';

/** What this machine can't fetch; images go without. Separated by commas. */
export async function leftOut(): Promise<string> {
  return (await $({ cwd: ROOT, quiet: true })`${process.execPath} test/fetch.ts`).stdout.trim();
}
