import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { packerReader } from './output.ts';
import { keepTestResult } from './test-results.ts';

it('keeps the TAP of the tests of the image, and nothing else', () => {
  const file = join(temporaryFolder('results-'), 'test.tap');
  const read = packerReader('1f2e');
  const keep = (text: string, current?: string) => {
    const line = `    amazon-ebs.lava: ${text}`;
    keepTestResult(file, line, read(line), current);
  };
  keep('1..7');
  keep('ok 1 not a test', 'conf.d/10-a');
  keep('==== 1f2e test/boot (1 of 2) 2026-11-23T01:02:03Z', 'test/boot');
  keep('1..2', 'test/boot');
  keep('==== test/boot (1 of 2) printed by a test', 'test/boot');
  keep('ok 1 a', 'test/boot');
  keep('not ok 2 b', 'test/boot');
  keep('# why', 'test/boot');
  keep('==== 1f2e test/boot failed with status 1 after 0.5 s', 'test/boot');
  expect(readFileSync(file, 'utf8')).toBe('# test/boot\n1..2\nok 1 a\nnot ok 2 b\n# why\n');
});
