/** How a command ended: 127 where it does not exist, 128 where a signal ended it. */
export interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs a program with arguments, feeding it `input`; its messages are in English. Rejects only if bash is missing. */
export type Command = (program: string, args: string[], input?: Buffer) => Promise<Outcome>;

/** Command by zx, which is loaded only when a script has something to run: most have not, and it costs 10 ms. */
export const command: Command = async (program, args, input) => {
  const { $ } = await import('zx/core');
  const run = $({
    nothrow: true,
    quiet: true,
    env: { ...process.env, LC_ALL: 'C' },
    ...(input === undefined ? { stdio: ['ignore', 'pipe', 'pipe'] } : { input }),
  });
  const { exitCode, stdout, stderr } = await run`${program} ${args}`;
  return { status: exitCode ?? 128, stdout, stderr: stderr.trim() };
};
