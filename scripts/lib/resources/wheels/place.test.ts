import { describe, expect, it } from 'vitest';
import { readAmiBuild } from '../../parameters/ami-build.ts';
import type { Settings } from '../../parameters/settings.ts';
import { platformsOf, wheelPlace } from './place.ts';

describe('platformsOf', () => {
  it('names every C library that is not newer, the newest first, then the names of old', () => {
    expect(platformsOf('2.19', 'x86_64')).toEqual([
      'manylinux_2_19_x86_64',
      'manylinux_2_18_x86_64',
      'manylinux_2_17_x86_64',
      'manylinux2014_x86_64',
      'manylinux2010_x86_64',
      'manylinux1_x86_64',
    ]);
  });

  it("calls arm64 by Python's name", () => {
    expect(platformsOf('2.17', 'arm64')[0]).toBe('manylinux_2_17_aarch64');
  });
});

describe('wheelPlace', () => {
  const amiBuild = readAmiBuild();
  const settings = (values: Record<string, string>): Settings =>
    new Map(Object.entries(values).map(([name, value]) => [name, { value, source: 'test' }]));

  // The C libraries: vendors' release notes.
  it.each([
    ['amzn2', 'x86_64', 'manylinux_2_26_x86_64'],
    ['amzn2', 'arm64', 'manylinux_2_26_aarch64'],
    ['amzn2023', 'x86_64', 'manylinux_2_34_x86_64'],
    ['amzn2023', 'arm64', 'manylinux_2_34_aarch64'],
    ['debian12', 'x86_64', 'manylinux_2_36_x86_64'],
    ['debian12', 'arm64', 'manylinux_2_36_aarch64'],
  ])('%s on %s takes wheels up to %s', (os, arch, platform) => {
    const place = wheelPlace(settings({ os, arch, python_version: '3.11.12' }), amiBuild, '/root');
    expect(place.platforms[0]).toBe(platform);
    expect(place.name).toBe(`wheels/${os}-${arch}-py3.11`);
    expect(place.folder).toBe(`/root/ami/resources.s3/wheels/${os}-${arch}-py3.11`);
  });

  it('knows the C library of every operating system', () => {
    for (const { glibc } of Object.values(amiBuild.os)) expect(glibc).toMatch(/^2\.\d\d$/);
  });
});
