import { $ } from 'zx/core';

/** The program takes the place of the shell that starts it: it is this process's own child, and dies with it if it asks to. */
const quietly = $({ prefix: 'exec ', nothrow: true, quiet: true });

/** Runs a program to its end and returns what it printed; a failure says what was run and what it complained about. */
export async function run(program: string, ...arguments_: string[]): Promise<string> {
  const ended = await quietly`${[program, ...arguments_]}`;
  if (ended.ok) return ended.stdout;
  const how = ended.signal ? `ended by ${ended.signal}` : `ended with status ${ended.exitCode}`;
  throw new Error(`${[program, ...arguments_].join(' ')}: ${ended.stderr.trim() || how}`);
}
