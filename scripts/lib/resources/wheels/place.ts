import { join } from 'node:path';
import { ROOT } from '../../command/root.ts';
import type { AmiBuild } from '../../parameters/ami-build.ts';
import { reader, type Settings } from '../../parameters/settings.ts';

/** Which wheels an image needs, and where they are kept. */
export interface WheelPlace {
  os: string;
  arch: string;
  /** Version of Python: `3.11.12`; its wheels are those of the series, 3.11. */
  python: string;
  /** Platforms whose wheels run on it, as pip names them, the newest first. */
  platforms: string[];
  /** Below the folder of build resources and so below the prefix in S3. */
  name: string;
  folder: string;
}

/** Oldest C library that packages still publish wheels for: 2.17. */
const OLDEST_GLIBC = 17;

/** The place of the wheels for resolved parameters. */
export function wheelPlace(settings: Settings, amiBuild: AmiBuild, root: string = ROOT): WheelPlace {
  const value = reader(settings);
  const os = value('os');
  const arch = value('arch');
  const python = value('python_version');
  const name = `wheels/${os}-${arch}-py${seriesOf(python)}`;
  const platforms = platformsOf(amiBuild.os[os]?.glibc ?? '', arch);
  return { os, arch, python, platforms, name, folder: join(root, 'ami/resources.s3', name) };
}

/** Python's names for a machine with this C library, such as `2.34`, and everything older that also runs on it. */
export function platformsOf(glibc: string, arch: string): string[] {
  const machine = arch === 'arm64' ? 'aarch64' : arch;
  const minor = Number(glibc.split('.')[1]);
  const count = Math.max(0, minor - OLDEST_GLIBC + 1) || 0;
  const platforms = Array.from({ length: count }, (_, i) => `manylinux_2_${minor - i}_${machine}`);
  // Older wheels know these names only.
  return [...platforms, ...['manylinux2014', 'manylinux2010', 'manylinux1'].map(age => `${age}_${machine}`)];
}

/** The series of a version of Python: `3.11` of `3.11.12`. */
export function seriesOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
