import { readFileSync } from 'node:fs';

/** Linux counts process times in 1/100 s towards user space, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

/**
 * Seconds since this machine's init started. That is the time since boot, also in a container, where /proc/uptime is
 * the host's.
 */
export function bootAge(proc = '/proc'): number {
  const uptime = Number.parseFloat(readFileSync(`${proc}/uptime`, 'utf8'));
  const stat = readFileSync(`${proc}/1/stat`, 'utf8');
  // The second field, the command in parentheses, may hold anything; starttime is the 22nd, the 20th after it.
  const startTime = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  return uptime - startTime / TICKS_PER_SECOND;
}
