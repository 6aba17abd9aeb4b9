import { type PackerEvent, withoutPrefix } from './output.ts';

/** Follows the output of a build, to tell which configurators failed and what they said last. */
export interface FailedConfigurators {
  /** The configurator that runs, or ran last; nothing before the first. */
  readonly current: string | undefined;
  /** Takes each line of packer's output, with what it tells. */
  take(line: string, event: PackerEvent | undefined): void;
  /** What to tell people of those that failed; nothing when none did. */
  describe(): string | undefined;
  /** The last lines of whatever was printed last. */
  lastLines(): string;
}

/** Lines of the log that a failure shows. */
const LAST_LINES = 20;

export function followConfigurators(): FailedConfigurators {
  const failed: string[] = [];
  let lines: string[] = [];
  let current: string | undefined;
  const lastLines = () => lines.slice(-LAST_LINES).join('\n');
  return {
    get current() {
      return current;
    },
    take(line, event) {
      if (event?.kind === 'configurator') {
        current = event.name;
        lines = [];
      } else if (event?.kind === 'configurator-failed') {
        const { name, status, seconds } = event;
        const said = (name.startsWith('test/') && failedTests(lines)) || itsLastLines(lines);
        failed.push(`${name} failed with status ${status} after ${seconds} s. ${said}`);
      } else {
        lines.push(withoutPrefix(line));
      }
    },
    describe: () => (failed.length > 0 ? failed.join('\n\n') : undefined),
    lastLines,
  };
}

function itsLastLines(lines: string[]): string {
  const last = lines.slice(-LAST_LINES).join('\n').trim();
  return last ? `Its last lines:\n\n${last}` : 'It printed nothing.';
}

/** Of the output of a test file: each test that failed, and the beginning of why. */
function failedTests(lines: string[]): string | undefined {
  const tests = lines
    .join('\n')
    .split(/^(?=(?:not )?ok \d)/m)
    .filter(test => test.startsWith('not ok'));
  if (tests.length === 0) return undefined;
  const shown = tests.map(test => {
    const [name = '', ...why] = test.trimEnd().split('\n');
    const more = why.length - LAST_LINES;
    return [name, ...why.slice(0, LAST_LINES), ...(more > 0 ? [`# ... and ${more} lines more`] : [])].join('\n');
  });
  return `What failed in it:\n\n${shown.join('\n')}`;
}
