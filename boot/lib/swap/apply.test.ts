import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { recorder } from '../../test/recorder.ts';
import { command as run } from '../command.ts';
import { Failure } from '../failure.ts';
import { applySwap } from './apply.ts';
import type { SwapHost } from './host.ts';
import { inspectSwapFile } from './signature.ts';

const MIB = 1 / 1024;
let folder: string;
let host: SwapHost;
/** What was run beside mkswap, which is real; swapon and swapoff keep the pretended /proc/swaps. */
let runs: string[];
let refuseSwapon: boolean;

beforeEach(() => {
  folder = temporaryFolder('lava-boot-swap-');
  // Where mkswap is, which an ordinary user may not have in reach.
  vi.stubEnv('PATH', `${process.env.PATH}:/usr/sbin:/sbin`);
  runs = [];
  refuseSwapon = false;
  const at = (name: string) => join(folder, name);
  host = { root: folder, fstab: at('fstab'), swaps: at('swaps'), meminfo: at('meminfo'), command };
  writeFileSync(host.fstab, '# the fstab\nUUID=1 / ext4 defaults 0 1', { mode: 0o644 });
  writeFileSync(host.swaps, 'Filename Type Size Used Priority\n');
  writeFileSync(host.meminfo, 'MemTotal: 1000000 kB\nMemAvailable: 500000 kB\n');
});

const command: SwapHost['command'] = async (program, args) => {
  if (program !== 'swapon' && program !== 'swapoff') return run(program, args);
  runs.push(program);
  const file = args.at(-1)!.replaceAll(' ', '\\040');
  const others = readFileSync(host.swaps, 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith(`${file} `));
  if (program === 'swapon') {
    if (refuseSwapon) return { status: 255, stdout: '', stderr: 'swapon failed: Operation not permitted' };
    others.push(`${file} file 4092 0 -2`);
  }
  writeFileSync(host.swaps, `${others.join('\n')}\n`);
  return { status: 0, stdout: '', stderr: '' };
};

async function apply(size: number | string, name = 'swapfile') {
  const { journal } = recorder();
  await applySwap({ size, file: join(folder, name) }, journal, host);
  return { done: journal.done, problems: journal.problems };
}

function setUsed(kib: number) {
  writeFileSync(host.swaps, readFileSync(host.swaps, 'utf8').replace('4092 0', `4092 ${kib}`));
}

it('makes a swap file, swaps it on and keeps it in fstab', async () => {
  const { done } = await apply(4 * MIB);
  const file = join(folder, 'swapfile');
  expect(done).toEqual([`swap file ${file} of 0.004 GiB made and swapped on`]);
  expect(statSync(file)).toMatchObject({ size: 4 * 2 ** 20, mode: 0o100600 });
  expect(statSync(file).blocks * 512).toBeGreaterThanOrEqual(4 * 2 ** 20); // no holes
  expect(inspectSwapFile(file)).toEqual({ ours: true, size: 4 * 2 ** 20 });
  expect(readFileSync(host.swaps, 'utf8')).toContain(file);
  expect(readFileSync(host.fstab, 'utf8')).toBe(
    `# the fstab\nUUID=1 / ext4 defaults 0 1\n${file} none swap sw,nofail 0 0\n`,
  );
  expect(statSync(host.fstab).mode & 0o777).toBe(0o644);
  expect(readdirSync(folder).sort()).toEqual(['fstab', 'meminfo', 'swapfile', 'swaps']);
});

it('changes nothing when run again', async () => {
  await apply(4 * MIB);
  const state = () => {
    const { ino, mtimeMs, ctimeMs } = statSync(join(folder, 'swapfile'));
    return { ino, mtimeMs, ctimeMs, fstab: statSync(host.fstab).ino };
  };
  const before = state();
  expect((await apply(String(4 * MIB))).done[0]).toContain('in use already, nothing changed');
  expect(state()).toEqual(before);
  expect(runs).toEqual(['swapon']);
});

it('swaps on after a boot that did not', async () => {
  await apply(4 * MIB);
  writeFileSync(host.swaps, 'Filename Type Size Used Priority\n');
  chmodSync(join(folder, 'swapfile'), 0o644);
  expect((await apply(4 * MIB)).done[0]).toMatch(/swapped on$/);
  expect(statSync(join(folder, 'swapfile')).mode & 0o777).toBe(0o600);
});

it.each([0, '0', '0.0'])('does nothing for %j', async size => {
  expect((await apply(size)).done).toEqual(['no swap asked for']);
  expect(readdirSync(folder)).not.toContain('swapfile');
});

it('makes folders, and writes odd names as fstab wants them', async () => {
  await apply(4 * MIB, 'new/er folder/swäp file');
  await apply(4 * MIB, 'new/er folder/swäp file');
  expect(runs).toEqual(['swapon']);
  expect(readFileSync(host.fstab, 'utf8').match(/swap sw/g)).toHaveLength(1);
  expect(readFileSync(host.fstab, 'utf8')).toContain(`${folder}/new/er\\040folder/swäp\\040file none swap`);
});

it('replaces one of another size', async () => {
  await apply(4 * MIB);
  const { done } = await apply(2 * MIB);
  expect(done).toEqual([
    expect.stringMatching(/0.004 GiB taken off/),
    expect.stringMatching(/0.002 GiB made and swapped on/),
  ]);
  expect(runs).toEqual(['swapon', 'swapoff', 'swapon']);
  expect(statSync(join(folder, 'swapfile')).size).toBe(2 * 2 ** 20);
  expect(readFileSync(host.fstab, 'utf8').match(/swap sw/g)).toHaveLength(1);
});

it('keeps one of another size whose pages have no room in memory', async () => {
  await apply(4 * MIB);
  setUsed(4000);
  writeFileSync(host.meminfo, 'MemAvailable: 60000 kB\n');
  const { done, problems } = await apply(2 * MIB);
  expect(problems).toEqual([
    expect.stringMatching(/has 0.004 GiB and 0.002 GiB are asked for, but .* don't fit into memory/),
  ]);
  expect(done[0]).toMatch(/0.004 GiB in use already/);
  expect(runs).toEqual(['swapon']);
});

it('keeps one of another size when the new one would not fit', async () => {
  await apply(4 * MIB);
  const { problems } = await apply(1e6);
  expect(problems).toEqual([expect.stringMatching(/1000000 GiB of swap don't fit/)]);
  expect(statSync(join(folder, 'swapfile')).size).toBe(4 * 2 ** 20);
});

it('refuses what does not fit, before it writes', async () => {
  await expect(apply(1e6)).rejects.toThrow(/don't fit on the root volume: .* Make swap.size at most [\d.]+, or/);
  expect(readdirSync(folder).sort()).toEqual(['fstab', 'meminfo', 'swaps']);
});

it('leaves alone what is not ours', async () => {
  const file = join(folder, 'swapfile');
  writeFileSync(file, 'precious');
  await expect(apply(4 * MIB)).rejects.toThrow(/is not a swap file of ours/);
  expect(readFileSync(file, 'utf8')).toBe('precious');
  writeFileSync(file, Buffer.alloc(4 * 2 ** 20), { mode: 0o600 });
  await run('mkswap', [file]); // a swap file, but somebody else's
  await expect(apply(2 * MIB)).rejects.toThrow(/is not a swap file of ours/);
  expect(statSync(file).size).toBe(4 * 2 ** 20);
});

it('never goes through a symbolic link', async () => {
  mkdirSync(join(folder, 'real'));
  symlinkSync('real', join(folder, 'link'));
  symlinkSync('real/target', join(folder, 'swapfile'));
  await expect(apply(4 * MIB, 'link/swap')).rejects.toThrow(/link is a symbolic link/);
  await expect(apply(4 * MIB)).rejects.toThrow(/swapfile is a symbolic link/);
  expect(readdirSync(join(folder, 'real'))).toEqual([]);
});

it('needs a folder on the root volume', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(apply(4 * MIB, 'file/swap')).rejects.toThrow(/file is not a folder/);
  mkdirSync(join(folder, 'swapfile'));
  await expect(apply(4 * MIB)).rejects.toThrow(/is there and is not a file/);
  const { journal } = recorder();
  await expect(applySwap({ size: 4 * MIB, file: '/proc/swap' }, journal, host)).rejects.toThrow(
    /not on the root volume/,
  );
  await expect(applySwap({ size: 4 * MIB, file: '/dev/null' }, journal, host)).rejects.toBeInstanceOf(Failure);
});

it('gives the space back when the kernel refuses', async () => {
  refuseSwapon = true;
  await expect(apply(4 * MIB)).rejects.toThrow('swapon ended with status 255: swapon failed: Operation not permitted');
  expect(readdirSync(folder).sort()).toEqual(['fstab', 'meminfo', 'swaps']);
  expect(readFileSync(host.fstab, 'utf8')).not.toContain('swap ');
});

it('leaves nothing that counts when it is killed while it writes, and then starts anew', async () => {
  const script = join(folder, 'killed.ts');
  writeFileSync(
    script,
    `import { createSwapFile } from '${new URL('create.ts', import.meta.url).pathname}';
     import { thisHost } from '${new URL('host.ts', import.meta.url).pathname}';
     await createSwapFile(thisHost, process.argv[2], 512 * 2 ** 20);`,
  );
  const file = join(folder, 'swapfile');
  const draft = join(folder, '.swapfile.lava-draft');
  const child = spawn(process.execPath, [script, file], { stdio: 'ignore' });
  while (!existsSync(draft) || statSync(draft).size === 0) await new Promise(resolve => setTimeout(resolve, 5));
  expect(statSync(draft).mode & 0o777).toBe(0o600);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(file)).toBe(false);
  expect(statSync(draft).size).toBeLessThan(512 * 2 ** 20);

  await apply(4 * MIB);
  expect(inspectSwapFile(file)).toEqual({ ours: true, size: 4 * 2 ** 20 });
  expect(existsSync(draft)).toBe(false);
});
