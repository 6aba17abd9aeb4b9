import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { controlGroup } from './control-group.ts';
import { isAlive, mark } from './processes.ts';

function sleeper(): number {
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child.pid!;
}

/** Folders as the kernel shows them, in which the test itself notes who is in a group. */
function hierarchy(groups: Record<string, number[]>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cgroup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [group, pids] of Object.entries(groups)) {
    mkdirSync(join(folder, group), { recursive: true });
    writeFileSync(join(folder, group, 'cgroup.procs'), pids.map(pid => `${pid}\n`).join(''));
  }
  return folder;
}

it('kills all that runs in a machine’s group and the groups below, in every hierarchy, and nothing else', async () => {
  const [first, inner, other, stranger] = [sleeper(), sleeper(), sleeper(), sleeper()];
  const one = hierarchy({ 'lava-cloud-i-1': [first], 'lava-cloud-i-1/payload/init.scope': [inner, 0] });
  const two = hierarchy({ 'lava-cloud-i-1': [first, other], 'lava-cloud-i-2': [stranger] });
  const group = controlGroup('i-1', [one, two, '/nowhere']);
  expect(group.members().toSorted()).toEqual([first, inner, other].toSorted());
  expect(await group.kill(5_000)).toEqual([]);
  for (const pid of [first, inner, other]) expect(isAlive(mark(pid)), String(pid)).toBe(false);
  expect(isAlive(mark(stranger))).toBe(true);
});

it('the supervisor gets a moment to end by itself, and is killed when it takes longer', async () => {
  const [supervisor, inner] = [sleeper(), sleeper()];
  const group = controlGroup('i-1', [hierarchy({ 'lava-cloud-i-1': [supervisor, inner] })]);
  expect(await group.kill(200, supervisor)).toEqual([supervisor]);
  expect(await group.kill(5_000, supervisor)).toEqual([]);
});

it('gives up in time and tells who is left', async () => {
  const stubborn = sleeper();
  const group = controlGroup('i-1', [hierarchy({ 'lava-cloud-i-1': [stubborn] })]);
  expect(await group.kill(100, stubborn)).toEqual([stubborn]);
});

it('removes the groups, the inner ones first; what is not there is fine', () => {
  const folder = hierarchy({});
  mkdirSync(join(folder, 'lava-cloud-i-1/payload/system.slice'), { recursive: true });
  controlGroup('i-1', [folder, '/nowhere']).remove();
  expect(existsSync(join(folder, 'lava-cloud-i-1'))).toBe(false);
});

it('a process enters the group of each hierarchy that there is', async () => {
  const folder = hierarchy({ '.': [] });
  const shell = spawn('sh', ['-ec', controlGroup('i-1', [folder, '/nowhere']).enter]);
  expect(await once(shell, 'exit')).toEqual([0, null]);
  expect(existsSync(join(folder, 'lava-cloud-i-1/cgroup.procs'))).toBe(true);
  expect(existsSync('/nowhere')).toBe(false);
});
