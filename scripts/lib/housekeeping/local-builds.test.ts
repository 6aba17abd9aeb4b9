import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { lockBuild } from '../record/lock.ts';
import { localBuilds } from './local-builds.ts';

it('reads what this checkout knows of its builds', () => {
  const dist = mkdtempSync(join(tmpdir(), 'dist-'));
  onTestFinished(() => rmSync(dist, { recursive: true }));
  const build = (name: string, files: Record<string, unknown>, region = 'us-east-1') => {
    const folder = join(dist, 'ami', name);
    mkdirSync(folder, { recursive: true });
    const plan = { buildId: `${name}-1f2e`, imageName: `lava-${name}`, parameters: { region: { value: region } } };
    for (const [file, content] of Object.entries({ 'plan.json': plan, ...files })) {
      writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
    }
    return folder;
  };
  const log = [
    '2026-11-23T01:02:03Z: ==> amazon-ebs.lava: Creating temporary role for this instance: packer-6b0e1842-47ab-5e02-3597-7e85bef8095f',
    '2026-11-23T01:02:03Z:     amazon-ebs.lava: Instance ID: i-0123456789abcdef0',
    '2026-11-23T01:02:03Z: ==> amazon-ebs.lava: Provisioning with shell script: /tmp/packer-shell1',
    '2026-11-23T01:02:03Z: ==> amazon-ebs.lava: Creating temporary role for this instance: packer-11111111-2222-3333-4444-555555555555',
    '2026-11-23T01:02:03Z:     amazon-ebs.lava: Instance ID: i-0fffffffffffffff0',
  ].join('\n');
  build('a-done', { 'build.json': { ok: true, steps: [] }, 'packer.log': log });
  build('b-kept', {
    'build.json': { ok: false, steps: [] },
    'kept.json': { log: 'l', keyPair: { name: 'k', privateKeyFile: 'f' } },
  });
  build('c-elsewhere', {}, 'us-west-2');
  const running = build('d-running', {});
  const lock = lockBuild(running);
  expect(localBuilds(dist)).toEqual([
    {
      buildId: 'a-done-1f2e',
      region: 'us-east-1',
      imageName: 'lava-a-done',
      ok: true,
      isKept: false,
      hasEnded: true,
      instanceId: 'i-0123456789abcdef0',
      roleName: 'packer-6b0e1842-47ab-5e02-3597-7e85bef8095f',
    },
    { buildId: 'b-kept-1f2e', region: 'us-east-1', imageName: 'lava-b-kept', ok: false, isKept: true, hasEnded: true },
    {
      buildId: 'c-elsewhere-1f2e',
      region: 'us-west-2',
      imageName: 'lava-c-elsewhere',
      ok: false,
      isKept: false,
      hasEnded: false,
    },
    {
      buildId: 'd-running-1f2e',
      region: 'us-east-1',
      imageName: 'lava-d-running',
      ok: false,
      isKept: false,
      hasEnded: false,
      process: process.pid,
    },
  ]);
  lock.release?.();
  expect(localBuilds(dist).at(-1)).not.toHaveProperty('process');
  writeFileSync(join(running, 'running.lock'), '');
  // Whoever held a lock that can't be read wrote it before the machine went down.
  expect(localBuilds(dist).at(-1)).toMatchObject({ hasEnded: true });
  expect(localBuilds(join(dist, 'nowhere'))).toEqual([]);
});
