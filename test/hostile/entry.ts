import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../../scripts/lib/command/root.ts';

/** How a command ended, and all that it printed. */
export interface Ended {
  status: number | null;
  output: string;
}

/** Runs a script as make runs those of its targets, against an endpoint. */
export function runEntry(
  script: string,
  parameters: Record<string, string>,
  url: string,
): { process: ChildProcess; ended: Promise<Ended> } {
  const given = Object.entries(parameters).map(([key, value]) => [`PARAMETER_${key}`, value]);
  const child = spawn(process.execPath, [join(ROOT, script)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      PARAMETERS: Object.keys(parameters).join(' '),
      ...Object.fromEntries(given),
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'nobody',
      AWS_SECRET_ACCESS_KEY: 'nothing',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  const ended = Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>(resolve => child.on('close', resolve)),
  ]).then(([out, error, status]) => ({ status, output: out + error }));
  return { process: child, ended };
}
