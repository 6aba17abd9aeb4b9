import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';
import { filesOf, INDEX, wheelProblems } from './missing.ts';
import type { WheelPlace } from './place.ts';

const sum = (text: string) => createHash('sha256').update(text).digest('hex');
const REQUIREMENTS = ['psutil', 'six'].map(name => ({ name, version: '1.0', sha256: [sum(name)], text: '' }));
const PLACE = { os: 'debian12', arch: 'x86_64', python: '3.11.2' } as WheelPlace;

function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder('wheels-');
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const problemsOf = (folder: string) => wheelProblems(PLACE, REQUIREMENTS, filesOf(folder), { folder });
const WHOLE = { 'psutil-1.0-cp36-abi3-linux.whl': 'psutil', 'six-1.0-py3-none-any.whl': 'six', [INDEX]: '' };

describe('wheelProblems', () => {
  it('has none when every package has its wheel', () => {
    expect(problemsOf(folderWith(WHOLE))).toEqual([]);
  });

  it('names all that are missing, for what, and the command that mends it', () => {
    expect(problemsOf('/nowhere')).toEqual([
      {
        parameter: 'python-packages',
        value: 'psutil 1.0, six 1.0',
        source: '/nowhere',
        message: 'no wheel for Python 3.11 on debian12, x86_64 is there',
        fix: 'Run: make fetch os=debian12 arch=x86_64 python_version=3.11.2',
      },
    ]);
  });

  it('takes a wheel of another version for none', () => {
    const { 'six-1.0-py3-none-any.whl': six, ...rest } = WHOLE;
    expect(problemsOf(folderWith({ ...rest, 'six-2.0-py3-none-any.whl': 'six' }))[0]?.value).toBe('six 1.0');
  });

  it('names a wheel that is not what was pinned', () => {
    const folder = folderWith({ ...WHOLE, 'six-1.0-py3-none-any.whl': 'seven' });
    expect(problemsOf(folder)).toMatchObject([
      { value: 'six-1.0-py3-none-any.whl', message: expect.stringContaining('checksum') },
    ]);
  });

  it('misses the list of wheels', () => {
    const { [INDEX]: _, ...wheels } = WHOLE;
    expect(problemsOf(folderWith(wheels))).toMatchObject([{ value: 'index.txt' }]);
  });

  it('compares names alone in S3', () => {
    const url = 's3://bucket/wheels';
    expect(wheelProblems(PLACE, REQUIREMENTS, Object.keys(WHOLE), { url })).toEqual([]);
    expect(wheelProblems(PLACE, REQUIREMENTS, [INDEX], { url })).toMatchObject([{ source: url }]);
  });
});
