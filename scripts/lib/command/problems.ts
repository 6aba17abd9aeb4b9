import { clean, quote } from './clean.ts';

/** One thing the user has to mend. */
export interface Problem {
  /** Parameter or file the problem is about. */
  parameter: string;
  /** The value as it was given; absent when there is none. */
  value?: string;
  /** Where the value came from: `command line`, `config.yaml: dev.ami.ip`, ... */
  source?: string;
  /** What is wrong with it. */
  message: string;
  /** What to do about it. */
  fix: string;
}

/** The user's mistakes, all that were found. Ends a command with status 2 and no stack. */
export class UserMistake extends Error {
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** Ends the command with everything that was found, unless nothing was. */
export function refuse(problems: Problem[]): void {
  if (problems.length > 0) throw new UserMistake(problems);
}

/** A failure that is nobody's mistake in typing: the message says all, and no stack is shown. */
export class Failure extends Error {
  /** What the command exits with: 1, or 128 and the signal's number after an interruption. */
  readonly exitStatus: number;

  constructor(message: string, exitStatus = 1) {
    super(message);
    this.exitStatus = exitStatus;
  }
}

/** Two lines for people: what is wrong (which value, from where), and how to mend it. */
export function formatProblem({ parameter, value, source, message, fix }: Problem): string {
  const given = value === undefined ? '' : ` ${quote(value)}`;
  const from = source === undefined ? '' : ` (${clean(source)})`;
  return `${clean(parameter)}${given}${from}: ${clean(message)}\n    ${clean(fix)}`;
}
