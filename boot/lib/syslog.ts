import { type ChildProcess, spawn } from 'node:child_process';
import { plainLine } from './plain-line.ts';

export type Severity = 'error' | 'warning' | 'notice' | 'info';

/** Facility local0 is 16; a syslog priority is facility * 8 + severity. */
const PRIORITIES: Record<Severity, number> = { error: 131, warning: 132, notice: 133, info: 134 };

/** Where log lines go; close() resolves when they are all there. */
export interface Syslog {
  write(severity: Severity, text: string): void;
  close(): Promise<void>;
}

/**
 * Syslog under a tag, facility local0, through util-linux' logger, the only way to a datagram socket without native
 * code. One logger serves a whole script and is not started before the first line. A person at a terminal sees the
 * lines too; where there is no syslog, they go to standard error instead of nowhere.
 */
export function openSyslog(tag: string, { logger = 'logger' } = {}): Syslog {
  let running: { child: ChildProcess; ended: Promise<boolean> } | undefined;
  const written: string[] = [];

  const start = () => {
    const options = ['--tag', tag, '--priority', 'local0.info', '--prio-prefix', '--size', '8000'];
    const child = spawn(logger, [...options, '--socket-errors=on'], { stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin?.on('error', () => {}); // a logger that died shows in its exit status
    const ended = new Promise<boolean>(resolve => {
      child.on('error', () => resolve(false));
      child.on('close', status => resolve(status === 0));
    });
    return { child, ended };
  };

  return {
    write(severity, text) {
      running ??= start();
      for (const line of text.split('\n')) {
        const clean = plainLine(line);
        written.push(`${tag}: ${severity}: ${clean}`);
        running.child.stdin?.write(`<${PRIORITIES[severity]}>${clean}\n`);
        if (process.stderr.isTTY) console.error(written.at(-1));
      }
    },
    async close() {
      if (running === undefined) return;
      running.child.stdin?.end();
      const reached = await running.ended;
      if (!reached && !process.stderr.isTTY) console.error(written.join('\n'));
    },
  };
}
