import { describe, expect, it } from 'vitest';
import { diff, diffAsMarkdown, type Sbom } from './diff.ts';

const deb = (name: string, version: string) => ({ type: 'library', name, version, purl: `pkg:deb/debian/${name}` });
const pypi = (name: string, version: string) => ({ type: 'library', name, version, purl: `pkg:pypi/${name}` });
const file = (name: string, version: string, content: string) => ({
  type: 'file',
  name,
  version,
  hashes: [{ alg: 'SHA-256', content }],
});

function sbom(name: string, ...components: Required<Sbom>['components']): Sbom {
  const properties = [
    { name: 'lava:build_id', value: `build of ${name}` },
    { name: 'lava:base_ami', value: 'ami-1' },
  ];
  return { metadata: { component: { name, properties } }, components };
}

const A = sbom('a', deb('bash', '5.2'), deb('old', '1'), deb('same', '1'), pypi('PyYAML', '6.0.1'));
const B = sbom('b', deb('bash', '5.3'), deb('new', '2'), deb('same', '1'), pypi('PyYAML', '6.0.2'));

describe('diff', () => {
  it('finds what was added, removed and changed, part by part', () => {
    const found = diff(A, B);
    expect(found.get('Packages')).toEqual([
      { name: 'bash', before: '5.2', after: '5.3' },
      { name: 'new', after: '2' },
      { name: 'old', before: '1' },
    ]);
    expect(found.get('Python packages')).toEqual([{ name: 'PyYAML', before: '6.0.1', after: '6.0.2' }]);
    expect(found.get('Tools')).toEqual([]);
  });

  it('finds nothing between an image and itself, whatever the order', () => {
    const turned = { ...A, components: A.components?.toReversed() ?? [] };
    expect([...diff(A, turned).values()].flat()).toEqual([]);
  });

  it('knows several versions of one package', () => {
    const found = diff(sbom('a', deb('kernel', '1')), sbom('b', deb('kernel', '2'), deb('kernel', '1')));
    expect(found.get('Packages')).toEqual([{ name: 'kernel', before: '1', after: '1, 2' }]);
  });

  it('sees that a file from outside has changed though its version has not', () => {
    const found = diff(sbom('a', file('bundle', '1', 'a'.repeat(64))), sbom('b', file('bundle', '1', 'b'.repeat(64))));
    expect(found.get('From outside')).toEqual([
      { name: 'bundle', before: '1 (aaaaaaaaaaaa)', after: '1 (bbbbbbbbbbbb)' },
    ]);
  });

  it('tells of another base image, and not of another build', () => {
    const other = sbom('b');
    const [, base] = other.metadata?.component?.properties ?? [];
    if (base) base.value = 'ami-2';
    expect(diff(sbom('a'), other).get('Image')).toEqual([{ name: 'base ami', before: 'ami-1', after: 'ami-2' }]);
  });
});

describe('diffAsMarkdown', () => {
  it('sums up, and has a table for each part that changed', () => {
    expect(diffAsMarkdown(A, B)).toBe(`# From a to b

1 added, 1 removed, 2 changed.

## Packages

| | before | after |
|--|--|--|
| bash | 5.2 | 5.3 |
| new |  | 2 |
| old | 1 |  |

## Python packages

| | before | after |
|--|--|--|
| PyYAML | 6.0.1 | 6.0.2 |
`);
  });

  it('says that nothing has changed', () => {
    expect(diffAsMarkdown(A, A)).toBe('# From a to a\n\nNothing on the image has changed.\n');
  });
});
