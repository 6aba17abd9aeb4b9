import { describe, expect, it } from 'vitest';
import { EXAMPLES } from '../test/documents.ts';
import { recorder } from '../test/recorder.ts';
import { checkUserData } from './check-user-data.ts';
import { installCrontabs } from './crontabs.ts';
import { describeUserData } from './describe-user-data.ts';
import { Failure } from './failure.ts';
import { checkKey, type Key } from './schema.ts';
import { keyOf, parseUserData, wrongShape } from './user-data.ts';

const KEYS: Key[] = ['shell0', 'swap', 'crontab', 'shell'];

describe('user data documents', () => {
  it('are many', () => {
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(150);
    expect(EXAMPLES.some(({ document }) => document.length === 16_384)).toBe(true);
  });

  for (const { name, document, says, effects } of EXAMPLES) {
    it(`${JSON.stringify(name)}: ${says}, ${JSON.stringify(effects)}`, async () => {
      const userData = parseUserData(document);
      const { journal, lines } = recorder();
      describeUserData(userData, journal);
      const severities = lines.map(({ severity }) => severity);
      expect(['error', 'warning', 'notice', 'info'].find(severity => severities.includes(severity as never))).toBe(
        says,
      );
      expect(JSON.stringify(lines).length).toBeLessThan(2_500);

      for (const key of KEYS) expect([key, await effect(key, keyOf(userData, key))]).toEqual([key, effects[key]]);

      const isFine = says === 'info' && !Object.values(effects).includes('refused');
      const problems = checkUserData(document).filter(({ message }) => !message.includes('only the last one counts'));
      expect(problems.length === 0).toBe(isFine);
    });
  }

  it('never show a value', () => {
    const secret = 'hunter2';
    const documents = [
      `{"shell": "${secret}"`,
      `{"shell": 5, "swap": "${secret}"}`,
      `{"crontab": {"root": "${secret}"}}`,
    ];
    for (const document of [...documents, `#!/bin/sh ${secret}`, `"${secret}"`, `{"swap": {"size": "${secret}"}}`]) {
      const { journal, lines } = recorder();
      const userData = parseUserData(Buffer.from(document));
      describeUserData(userData, journal);
      for (const key of KEYS) {
        const checked = checkKey(key, keyOf(userData, key) ?? {});
        if ('faults' in checked) journal.failed(wrongShape(key, checked.faults).message);
      }
      expect(lines.length).toBeGreaterThan(0);
      expect(JSON.stringify(lines)).not.toContain(secret);
    }
  });
});

/** What becomes of a key's value, by the code of its script up to where it would touch the machine. */
async function effect(key: Key, value: unknown): Promise<string | undefined> {
  if (value === undefined) return undefined;
  if (key !== 'crontab') return 'faults' in checkKey(key, value) ? 'refused' : 'obeyed';
  const { journal } = recorder();
  const command = async (program: string) =>
    program === 'getent' ? { status: 0, stdout: 'root:\n', stderr: '' } : { status: 0, stdout: '', stderr: '' };
  try {
    await installCrontabs(value, async () => async () => Buffer.alloc(0), journal, command);
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    return 'refused';
  }
  return journal.problems.some(problem => !problem.includes('no such user')) ? 'refused' : 'obeyed';
}
