import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a program to its end and returns what it printed; a failure says what was run and what it complained about. */
export async function run(program: string, ...arguments_: string[]): Promise<string> {
  try {
    return (await execute(program, arguments_, { maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new Error(`${[program, ...arguments_].join(' ')}: ${stderr.trim() || message}`);
  }
}
