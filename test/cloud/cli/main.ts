import { whatIsMissing } from '../requirements.ts';

/** Something the user can mend: told in one sentence, without a stack; the status is 2. */
export class Complaint extends Error {}

/** Runs a command of the local cloud. What goes wrong is told on stderr. */
export async function main(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = error instanceof Complaint ? 2 : 1;
  }
}

/** Throws a Complaint when this machine can't be a local cloud. */
export function requireHost(): void {
  const missing = whatIsMissing();
  if (missing) throw new Complaint(missing);
}
