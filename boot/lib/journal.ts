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
    this.done.push(text);
  }

  /** Worth knowing, nothing to mend. */
  notice(text: string): void {
    this.#syslog.write('notice', text);
    this.done.push(text);
  }

  /** Probably a mistake, but nothing failed. */
  warning(text: string): void {
    this.#syslog.write('warning', text);
    this.done.push(text);
  }

  failed(text: string): void {
    this.#syslog.write('error', text);
    this.problems.push(text);
  }
}
