import { expect } from 'vitest';
import { clean } from '../../scripts/lib/command/clean.ts';
import { formatProblem, type Problem } from '../../scripts/lib/command/problems.ts';
import { parseConfig } from '../../scripts/lib/parameters/config.ts';
import { fuzz, nearly } from './fuzz.ts';

const PIECES = [
  ...['dev:', 'ami:', '_:', 'account_id:', 's3base:', 's3:', 'python:', 'version:', 'sg:', 'ip:', '<<:', 'x:', '? '],
  ...[' ', ' ', '\n', '\n', '\n  ', '\n  ', '\n    ', '\n    ', '\n- ', '\n  - ', ', ', '{', '}', '[', ']', ': ', '#'],
  ...['&a ', '&b ', '*a', '*b', '!!int ', '!x ', '"', "'", '|\n', '>\n', '---\n', '...\n', '%YAML 1.1\n'],
  ...['public', '3.10', 's3://b/c', '111122223333', 'sg-004d25956a3bf5bd4', 'text'],
];
/** Half of them begin as a config file does, so that what stands deeper is reached. */
const START = ['dev:\n  ami:\n    ', 'dev:\n  ', 'x: &a {ip: public}\ndev:\n  ami:\n    ', 'x: &b\n  ami: &a\n    '];

fuzz('a config file has values, or problems that can be shown', nearly([...START, ...PIECES]), text => {
  const problems: Problem[] = [];
  const { parameters, accountId, notes } = parseConfig(text, 'config.yaml', 'dev', problems);
  for (const { value } of parameters.values()) expect(typeof value).toBe('string');
  if (accountId) expect(typeof accountId.value).toBe('string');
  for (const problem of problems) for (const line of formatProblem(problem).split('\n')) expect(clean(line)).toBe(line);
  for (const note of notes) expect(typeof note).toBe('string');
});
