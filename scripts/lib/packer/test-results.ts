import { appendFileSync } from 'node:fs';
import { type PackerEvent, withoutPrefix } from './output.ts';

/**
 * Adds a line of packer's output to a file of test results, if it came from a test of the image: `current` is what
 * runs, such as `test/boot`, and `event` what the line tells. The file holds one TAP stream for each test file, under
 * the name of the file.
 */
export function keepTestResult(
  file: string,
  line: string,
  event: PackerEvent | undefined,
  current: string | undefined,
): void {
  if (!current?.startsWith('test/')) return;
  if (event?.kind === 'configurator') appendFileSync(file, `# ${current}\n`);
  if (event) return;
  const text = withoutPrefix(line);
  if (/^(1\.\.|ok |not ok |#)/.test(text)) appendFileSync(file, `${text}\n`);
}
