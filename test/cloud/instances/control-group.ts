import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, mark, send } from './processes.ts';

/** Where the kernel keeps control groups: version 2 alone, or systemd's two hierarchies beside version 1. */
const HIERARCHIES = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'];
/** The supervisor of a system ends by itself a moment after the system; in milliseconds. */
const SUPERVISOR_GRACE = 2_000;

/** The control group of one machine: everything that ever started in it, whoever started it, is in there. */
export interface ControlGroup {
  /** Shell commands by which a process enters the group, making it where it is missing. */
  enter: string;
  /** Processes that run in it now. */
  members(): number[];
  /**
   * Kills whatever runs in it until nothing does, for so many milliseconds at most; gives the processes that are left.
   * The supervisor gets a moment to end by itself, because it has something to clear away.
   */
  kill(milliseconds: number, supervisor?: number): Promise<number[]>;
  /** Removes the group; one that still has processes stays. */
  remove(): void;
}

/** The group of a machine, in every hierarchy there is. */
export function controlGroup(instanceId: string, hierarchies = HIERARCHIES): ControlGroup {
  const groups = hierarchies.map(hierarchy => join(hierarchy, `lava-cloud-${instanceId}`));
  const members = () => {
    const listed = groups.flatMap(withinOf).flatMap(processesIn);
    return [...new Set(listed)].filter(pid => isAlive(mark(pid)));
  };
  return {
    enter: hierarchies
      .map((hierarchy, index) => {
        const group = groups[index];
        return `if [ -f ${hierarchy}/cgroup.procs ]; then mkdir -p ${group}; echo $$ > ${group}/cgroup.procs; fi`;
      })
      .join('\n'),
    members,
    async kill(milliseconds, supervisor) {
      const started = Date.now();
      for (;;) {
        const left = members();
        const waited = Date.now() - started;
        if (left.length === 0 || waited > milliseconds) return left;
        // Again and again: a system that is booting starts more while this looks.
        for (const pid of left) if (pid !== supervisor || waited > SUPERVISOR_GRACE) send(pid, 'SIGKILL');
        await sleep(20);
      }
    },
    remove() {
      for (const group of groups.flatMap(withinOf)) {
        try {
          rmdirSync(group);
        } catch {
          // It has processes, or the kernel is not done with it: it is tried again when the cloud starts.
        }
      }
    },
  };
}

/** A group and those below it, innermost first; nothing when there is no such group. */
function withinOf(group: string): string[] {
  if (!existsSync(group)) return [];
  try {
    const folders = readdirSync(group, { withFileTypes: true }).filter(entry => entry.isDirectory());
    return [...folders.flatMap(({ name }) => withinOf(join(group, name))), group];
  } catch {
    return []; // removed meanwhile
  }
}

/** Zero stands for processes that can't be seen from here. */
function processesIn(group: string): number[] {
  try {
    return readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').map(Number).filter(Boolean);
  } catch {
    return []; // removed meanwhile
  }
}
