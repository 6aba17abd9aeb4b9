import { describe, expect, it } from 'vitest';
import { parseRequirements, readRequirements, wheelOf } from './requirements.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

describe('parseRequirements', () => {
  it('reads names, versions and checksums, and keeps each entry as pip wants it', () => {
    const text = `cffi==2.1.1 ; implementation_name != 'PyPy' \\\n    --hash=sha256:${A} \\\n    --hash=sha256:${B}\n    # via x\nRuamel.Yaml_clib==0.2 \\\n    --hash=sha256:${B}\n`;
    const [cffi, ruamel, ...rest] = parseRequirements(text);
    expect(cffi).toMatchObject({ name: 'cffi', version: '2.1.1', sha256: [A, B] });
    expect(cffi?.text).toBe(
      `cffi==2.1.1 ; implementation_name != 'PyPy' \\\n    --hash=sha256:${A} \\\n    --hash=sha256:${B}\n`,
    );
    expect(ruamel).toMatchObject({ name: 'ruamel-yaml-clib', version: '0.2', sha256: [B] });
    expect(rest).toEqual([]);
  });

  it.each(['psutil==7.2.2\n', `psutil>=7 --hash=sha256:${A}\n`, 'psutil\n', 'psutil==7 --hash=sha256:abc\n'])(
    'refuses what is not pinned: %s',
    text => expect(() => parseRequirements(text)).toThrow('not pinned'),
  );
});

describe('the packages of the image', () => {
  const requirements = readRequirements();

  it('are what lava needs, each once', () => {
    const names = requirements.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['psutil', 'pyyaml', 'oracledb', 'cryptography', 'greenlet', 'boto3']),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('are the same for every Python, since pip would ask the Python that downloads instead of the one meant', () => {
    expect(
      requirements.filter(({ text }) => /python_(full_)?version|sys_platform|platform_machine/.test(text)),
    ).toEqual([]);
  });
});

it.each([
  ['psutil-7.2.2-cp36-abi3-manylinux_2_12_x86_64.whl', { name: 'psutil', version: '7.2.2' }],
  ['python_dateutil-2.9.0.post0-py2.py3-none-any.whl', { name: 'python-dateutil', version: '2.9.0.post0' }],
  ['psutil-7.2.2.tar.gz', undefined],
  ['index.txt', undefined],
])('%s', (file, wheel) => {
  expect(wheelOf(file)).toEqual(wheel);
});
