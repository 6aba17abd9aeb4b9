import { stripVTControlCharacters } from 'node:util';

/** A test that failed or was skipped, with all that its runner says of it. */
export interface Failure {
  name: string;
  lines: string[];
}

/** A test, or a file of tests, and how long it took. */
export interface Timed {
  name: string;
  milliseconds: number;
}

/** What a runner of tests said. */
export interface Outcome {
  passed: number;
  failed: number;
  failures: Failure[];
  tests: Timed[];
  /** Files of tests of which vitest says how long they took. */
  files: Timed[];
}

/** More of one failure is not shown again at the end. */
const MOST_LINES = 40;

/** Where something of vitest's ends: a line between failures, or its summary. */
const VITEST_BREAK = /^⎯⎯|^Test Files |^FAIL |^> nx run /;

/** Reads what bats (TAP), vitest (its default reporter) and nx print, line by line. */
export class OutcomeReader {
  readonly outcome: Outcome = { passed: 0, failed: 0, failures: [], tests: [], files: [] };
  /** What the next lines belong to, until one that says that it is over. */
  #open: { lines: string[]; isOver: RegExp } | undefined;
  #file = '';
  #last: string[] = [];

  /** Takes one line as it was printed. */
  take(line: string): void {
    const plain = stripVTControlCharacters(line).trimEnd();
    const text = plain.trim();
    if (this.#open?.isOver.test(text)) this.#open = undefined;
    const taken = this.#bats(text) || this.#vitest(text) || this.#nx(text);
    if (!taken) this.#open?.lines.push(plain);
    // nx prints what a target said as a whole.
    if (text.startsWith('> nx run ')) this.#last = [];
    else this.#last.push(plain);
    if (this.#last.length > MOST_LINES) this.#last.shift();
  }

  /** To be called when the runner has ended: one that ended badly without a failed test, or ran nothing, has failed. */
  end(status: number | null, what: string, runsTests = true): Outcome {
    const { outcome } = this;
    if (outcome.failed > 0) return outcome;
    // A file of tests that failed beside its tests is not in vitest's count.
    outcome.failed = outcome.failures.length;
    if (outcome.failed > 0) return outcome;
    if (status !== 0) this.#fail(`${what} ended with ${status === null ? 'a signal' : `status ${status}`}`, this.#last);
    else if (runsTests && outcome.passed === 0) this.#fail(`${what} ran no test`, []);
    return outcome;
  }

  #fail(name: string, lines: string[], isOver = /^/): void {
    this.outcome.failed += 1;
    this.#note(name, lines, isOver);
  }

  #note(name: string, first: string[], isOver: RegExp): void {
    const lines = [...first];
    this.#open = { lines, isOver };
    this.outcome.failures.push({ name, lines });
  }

  #bats(text: string): boolean {
    const [, not, name, time, skipped] =
      /^(not )?ok \d+ (.*?)(?: in (\d+)ms)?( # (?:skip|timeout).*)?$/.exec(text) ?? [];
    if (name === undefined) return false;
    if (time !== undefined) this.outcome.tests.push({ name, milliseconds: Number(time) });
    // A skipped test proves nothing.
    if (not || skipped) this.#fail(name, [text], /^(not )?ok \d|^\d+\.\.\d+$|^> nx run /);
    else this.outcome.passed += 1;
    return true;
  }

  #vitest(text: string): boolean {
    const [, file, fileTime] = /^[✓❯×] (\S+\.test\.ts) \(\d+ tests?\b[^)]*\) (\d+)ms$/.exec(text) ?? [];
    if (file !== undefined) {
      this.#file = file;
      this.outcome.files.push({ name: file, milliseconds: Number(fileTime) });
      return true;
    }
    const [, test, time] = /^[✓×] (.+?) +(\d+)ms$/.exec(text) ?? [];
    if (test !== undefined && this.#file !== '') {
      this.outcome.tests.push({ name: `${this.#file}: ${test}`, milliseconds: Number(time) });
      return true;
    }
    if (/^FAIL {1,2}\S/.test(text)) {
      this.#note(text.replace(/^FAIL +/, ''), [text], VITEST_BREAK);
      return true;
    }
    const summary = /^Tests {2,}(.+)$/.exec(text)?.[1];
    if (summary === undefined) return false;
    const number = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
    this.outcome.passed += number('passed');
    this.outcome.failed += number('failed') + number('skipped') + number('todo');
    if (number('skipped') + number('todo') > 0) this.#note(`skipped: ${summary}`, [], /^/);
    return true;
  }

  #nx(text: string): boolean {
    const [, command] = /^Warning: command "(.+)" exited with non-zero status code$/.exec(text) ?? [];
    // What bats and vitest say of their failures is known by then.
    if (command !== undefined && !/\b(bats|vitest)\b/.test(command)) this.#fail(command, this.#last);
    else if (text.startsWith('NOT CHECKED')) this.#fail(text, []);
    else return false;
    return true;
  }
}

/** What is shown of a failure at the end: its first lines, and how many more there were. */
export function shownAgain({ lines }: Failure): string[] {
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `… and ${more} more lines, further up`] : lines;
}
