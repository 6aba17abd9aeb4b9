import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that can be told from a later one with the same number: by the moment it started. */
export interface ProcessMark {
  pid: number;
  /** In clock ticks since the machine booted, as /proc/PID/stat has it. */
  startedAt: string;
}

/** Marks a process that is running now. */
export function mark(pid: number): ProcessMark {
  return { pid, startedAt: startOf(pid) ?? '' };
}

/** True while the very process that was marked is running. */
export function isAlive({ pid, startedAt }: ProcessMark): boolean {
  return startOf(pid) === startedAt;
}

/** The processes that a process started itself. */
export function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children.trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Sends a signal; a process that is already gone is fine. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until a process is gone, for so many milliseconds at most; tells whether it is. */
export async function waitForEnd(process: ProcessMark, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (isAlive(process)) {
    if (Date.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}

/** The 22nd field of /proc/PID/stat (proc(5)); a process that has ended but was not reaped counts as gone. */
function startOf(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in brackets, may itself hold spaces and brackets.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
