import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMountPoint } from './network.ts';
import { run } from './run.ts';

/** A machine's root file system: its image's layers, and above them a layer of its own that takes every change. */
export interface Disk {
  root: string;
  mount(layers: string[]): Promise<void>;
  unmount(): Promise<void>;
  /** Copies the machine's own layer to a folder: owners, modes, times, links, holes, and what overlayfs marks. */
  snapshot(folder: string): Promise<void>;
  remove(): Promise<void>;
}

/** How often, and how many milliseconds apart, unmounting is tried: what a machine held is let go a little later. */
const ATTEMPTS = 20;
const PAUSE = 100;

export function createDisk(folder: string): Disk {
  const root = join(folder, 'root');
  const upper = join(folder, 'upper');
  const work = join(folder, 'work');
  return {
    root,
    async mount(layers) {
      if (isMountPoint(root)) return;
      for (const part of [root, upper, work]) mkdirSync(part, { recursive: true });
      const lower = [...layers].reverse().join(':');
      await run('mount', '-t', 'overlay', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`, root);
    },
    async unmount() {
      for (let attempt = 1; isMountPoint(root); attempt++) {
        try {
          await run('umount', '--recursive', root);
        } catch (error) {
          if (attempt === ATTEMPTS) throw error;
          await sleep(PAUSE);
        }
      }
    },
    async snapshot(target) {
      rmSync(target, { recursive: true, force: true });
      await run('cp', '--archive', '--reflink=auto', '--sparse=auto', upper, `${target}.new`);
      // What lives in memory on a real machine is no part of its disk.
      rmSync(join(`${target}.new`, 'run'), { recursive: true, force: true });
      mkdirSync(join(`${target}.new`, 'run'), { mode: 0o755 });
      await run('mv', `${target}.new`, target);
    },
    async remove() {
      await this.unmount();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
