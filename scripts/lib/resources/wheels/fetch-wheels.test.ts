import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';
import { fetchWheels } from './fetch-wheels.ts';
import type { WheelPlace } from './place.ts';

const sum = (text: string) => createHash('sha256').update(text).digest('hex');
const requirement = (name: string) => ({
  name,
  version: '1.0',
  sha256: [sum(name)],
  text: `${name}==1.0 --hash=sha256:${sum(name)}\n`,
});
const REQUIREMENTS = ['boto', 'psutil', 'six'].map(requirement);

/** A stand-in for pip: makes the wheels it is asked for, refuses what stands in `none`, notes how it was called. */
const PIP = `#!/bin/bash
here=$(dirname "$0")
[ "$3" != --version ] || exit "$(cat "$here/version" 2> /dev/null || echo 0)"
echo "$*" >> "$here/calls"
while [ $# -gt 0 ]; do
  case "$1" in --requirement) file=$2 ;; --dest) dest=$2 ;; esac
  shift
done
if names=$(grep -oFf "$here/none" "$file" 2> /dev/null); then
  echo "a guess" >&2
  echo "ERROR: No matching distribution found for $(head -n 1 <<< "$names")==1.0" >&2
  exit 1
fi
sed 's/==.*//' "$file" | while read -r name; do printf %s "$name" > "$dest/$name-1.0-py3-none-any.whl"; done
`;

describe('fetchWheels', () => {
  let bin: string;
  let place: WheelPlace;

  beforeEach(() => {
    bin = temporaryFolder('pip-');
    writeFileSync(join(bin, 'python3'), PIP);
    chmodSync(join(bin, 'python3'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
    const folder = join(bin, 'resources/wheels');
    place = { os: 'debian12', arch: 'x86_64', python: '3.11.2', platforms: ['one', 'two'], name: 'wheels', folder };
  });
  afterEach(() => vi.unstubAllEnvs());

  const calls = () =>
    existsSync(join(bin, 'calls')) ? readFileSync(join(bin, 'calls'), 'utf8').trim().split('\n') : [];
  const wheels = () => readdirSync(place.folder).filter(name => name.endsWith('.whl'));

  it('fetches all with one call, for the platform that is meant, and lists them', async () => {
    expect(await fetchWheels(place, REQUIREMENTS)).toBe('3 wheels fetched, 0 there already');
    expect(calls()).toHaveLength(1);
    expect(calls()[0]).toContain('--python-version 3.11 --platform one --platform two');
    expect(calls()[0]).toContain('--require-hashes');
    expect(readFileSync(join(place.folder, 'index.txt'), 'utf8').split('\n')).toEqual([...wheels(), '']);
    expect(readdirSync(place.folder).filter(name => name.startsWith('.'))).toEqual([]);
  });

  it('does nothing the second time', async () => {
    await fetchWheels(place, REQUIREMENTS);
    expect(await fetchWheels(place, REQUIREMENTS)).toBe('0 wheels fetched, 3 there already');
    expect(calls()).toHaveLength(1);
  });

  it('replaces what is not as pinned, and removes what is needed no more', async () => {
    mkdirSync(place.folder, { recursive: true });
    writeFileSync(join(place.folder, 'six-1.0-py3-none-any.whl'), 'seven');
    writeFileSync(join(place.folder, 'old-0.9-py3-none-any.whl'), 'old');
    await fetchWheels(place, REQUIREMENTS);
    expect(readFileSync(join(place.folder, 'six-1.0-py3-none-any.whl'), 'utf8')).toBe('six');
    expect(wheels()).toHaveLength(3);
  });

  it('names every package that has no wheel, and keeps the others', async () => {
    writeFileSync(join(bin, 'none'), 'boto\npsutil\n');
    await expect(fetchWheels(place, REQUIREMENTS)).rejects.toThrow(
      [
        'There is no wheel for Python 3.11 on debian12, x86_64, of:',
        '  boto 1.0: No matching distribution found for boto==1.0',
        '  psutil 1.0: No matching distribution found for psutil==1.0',
      ].join('\n'),
    );
    expect(wheels()).toEqual(['six-1.0-py3-none-any.whl']);
    expect(readdirSync(place.folder).filter(name => name.startsWith('.'))).toEqual([]);
  });

  it('says what to install where there is no pip', async () => {
    writeFileSync(join(bin, 'version'), '1');
    await expect(fetchWheels(place, REQUIREMENTS)).rejects.toThrow('Install it (Debian: python3-pip)');
  });

  it('stops when it is told to, and leaves no scratch folder', async () => {
    const stop = AbortSignal.abort(new Error('interrupted'));
    await expect(fetchWheels(place, REQUIREMENTS, stop)).rejects.toThrow('interrupted');
    expect(readdirSync(place.folder)).toEqual([]);
  });
});
