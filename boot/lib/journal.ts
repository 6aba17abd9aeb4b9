import { plainLine } from './plain-line.ts';
import type { Syslog } from './syslog.ts';

/** What a script tells while it works: to syslog at once, and to the boot report at its end. */
export class Journal {
  /** What was done, for the report. */
  readonly done: string[] = [];
  /** What went wrong, for the report; a script with problems has failed. */
  readonly problems: string[] = [];
  readonly #syslog: Syslog;

  constructor(syslog: Syslog) {
    this.#syslog = syslog;
  }

  did(text: string): void {
    this.#syslog.write('info', text);
    this.done.push(plainLine(text));
  }

  /** Worth knowing, nothing to mend. */
  notice(text: string): void {
    this.#syslog.write('notice', text);
    this.done.push(plainLine(text));
  }

  /** Probably a mistake, but nothing failed. */
  warning(text: string): void {
    this.#syslog.write('warning', text);
    this.done.push(plainLine(text));
  }

  /** What is wrong, and what only the log needs to know of it: a stack. */
  failed(text: string, more?: string): void {
    this.#syslog.write('error', more === undefined ? text : `${text}\n${more}`);
    this.problems.push(plainLine(text));
  }
}
