import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../../scripts/lib/command/root.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** The guide's example of giving every parameter by hand. */
export const BY_HAND: Record<string, string> = {
  ip: 'public',
  python_version: '3.11.12',
  region: 'ap-southeast-2',
  s3bucket: 'my-artefact-bucket',
  s3prefix: 'lava/ami/',
  sg: 'sg-004d25956a3bf5bd4',
  subnet: 'subnet-f6b6d681',
  tz: 'Australia/Sydney',
};

interface Typed {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Types a make command in a folder, with an environment that knows no AWS account. */
export async function typeMake(
  arguments_: string[],
  { cwd = ROOT, env = {} }: { cwd?: string; env?: object } = {},
): Promise<Typed> {
  const make = spawn('make', ['--no-print-directory', ...arguments_], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...env,
    },
  });
  const [stdout, stderr, status] = await Promise.all([
    text(make.stdout),
    text(make.stderr),
    new Promise<number | null>(resolve => make.on('close', resolve)),
  ]);
  return { status, stdout, stderr };
}

/** name=value words for a command line. */
export function words(parameters: Record<string, string>): string[] {
  return Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
}

/** A config file of its own for one test. */
export function configFile(text: string | Buffer, name = 'config.yaml'): string {
  const file = join(temporaryFolder('config-'), name);
  writeFileSync(file, text);
  return file;
}
