import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, told from a later one that was given the same number. */
export interface Identity {
  pid: number;
  /** When it was started, as the system says it; empty where that can't be found out. */
  started: string;
}

/** What tells this process from all others, on this machine and since it was started. */
export function identityOf(pid: number): Identity {
  return { pid, started: look(pid)?.started ?? '' };
}

/** True if that very process runs; also where there is one of that number, and no more can be found out. */
export function isRunning({ pid, started }: Identity): boolean {
  if (!exists(pid)) return false;
  const now = look(pid);
  if (!now) return true;
  return !now.isZombie && (started === '' || now.started === started);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Linux has it in /proc, counted from the system's start; elsewhere ps is asked. */
function look(pid: number): { started: string; isZombie: boolean } | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The second field is the command's name in brackets, which may hold brackets and spaces itself; the third is the
    // state, the 22nd the start.
    const [state = '', ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return { started: `${boot} ${fields[18]}`, isZombie: state === 'Z' || state === 'X' };
  } catch {
    if (process.platform === 'linux') return undefined;
  }
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  });
  const [, state = '', started = ''] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout ?? '') ?? [];
  return started ? { started, isZombie: state.startsWith('Z') } : undefined;
}
