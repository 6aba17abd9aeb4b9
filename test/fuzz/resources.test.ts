import { writeFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect } from 'vitest';
import { formatProblem, type Problem } from '../../scripts/lib/command/problems.ts';
import { readResourceList } from '../../scripts/lib/resources/list.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { anyText, fuzz, nearly } from './fuzz.ts';

let file: string;
beforeAll(() => {
  file = join(temporaryFolder('fuzz-'), 'resources.yaml');
});

const address = fc.oneof(
  anyText.map(text => `https://vendor.example/${text}`),
  anyText.map(text => `https://${text}/tool.zip`),
  fc.constant('https://vendor.example/${version}/tool-${region}.zip'),
);
const entry = fc.record(
  {
    name: fc.oneof(fc.constantFrom('tool', 'tool-${region}'), anyText),
    version: fc.oneof(fc.constant('1.0'), anyText),
    url: address,
    os: fc.oneof(fc.array(anyText, { maxLength: 2 }), anyText),
    arch: fc.constantFrom('x86_64', 'arm64', 'mips'),
    sha256: fc.oneof(fc.constant('0'.repeat(64)), fc.dictionary(anyText, anyText, { maxKeys: 2 })),
    signature: fc.record({ url: address, key: fc.constantFrom('0'.repeat(40), 'x') }),
  },
  { requiredKeys: ['name', 'version', 'url'] },
);
const pieces = [
  'resources:',
  '\n  - ',
  '\n    ',
  'name: ',
  'version: ',
  'url: ',
  'a',
  '"1"',
  'https://a/b',
  '&a ',
  '*a',
];
const text = fc.oneof(
  fc.array(entry, { maxLength: 3 }).map(resources => JSON.stringify({ resources })),
  nearly([...pieces, '[', ']', '{', '}', ', ', ': ', '"', '<<: ']),
);

fuzz('a list of resources has places below the folder, or problems', text, given => {
  writeFileSync(file, given);
  const problems: Problem[] = [];
  for (const { path, url } of readResourceList(problems, file)) {
    expect(path).toMatch(/^[\w~+.${}-]+\/[\w~+.${}-]+\/[\w~+.${}-]+$/);
    expect(normalize(path)).toBe(path);
    expect(path).not.toMatch(/(^|\/)\./);
    expect(URL.canParse(url)).toBe(true);
  }
  for (const problem of problems) expect(formatProblem(problem)).not.toBe('');
});
