import { appendFileSync } from 'node:fs';
import { withoutPrefix } from './output.ts';

/**
 * Adds a line of packer's output to a file of test results, if it came from a test of the image: `current` is what
 * runs, such as `test/boot`. The file holds one TAP stream for each test file, under the name of the file.
 */
export function keepTestResult(file: string, line: string, current: string | undefined): void {
  if (!current?.startsWith('test/')) return;
  const text = withoutPrefix(line);
  if (text.startsWith(`==== ${current} (`)) appendFileSync(file, `# ${current}\n`);
  else if (/^(1\.\.|ok |not ok |#)/.test(text)) appendFileSync(file, `${text}\n`);
}
