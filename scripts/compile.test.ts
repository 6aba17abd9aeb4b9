import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

it('compiled commands find the factory they are in, and read its YAML without packages', { timeout: 60_000 }, () => {
  const factory = mkdtempSync(join(tmpdir(), 'factory-'));
  onTestFinished(() => rmSync(factory, { recursive: true }));
  execFileSync(process.execPath, [join(ROOT, 'scripts/compile.ts'), join(factory, 'scripts/dist')]);
  for (const file of ['package.json', 'Makefile', 'ami/ami-build.yaml']) cpSync(join(ROOT, file), join(factory, file));
  const help = (script: string) => execFileSync(process.execPath, [script], { encoding: 'utf8' });
  expect(help(join(factory, 'scripts/dist/help.mjs'))).toBe(help(join(ROOT, 'scripts/help.ts')));
});
