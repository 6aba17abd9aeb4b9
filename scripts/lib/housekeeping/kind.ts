import type { Image } from '../aws/images.ts';

/**
 * Images of the same kind replace each other: operating system, architecture, Python series. Nothing where the image
 * does not say it.
 */
export function kindOf({ os, arch, pythonVersion }: Pick<Image, 'os' | 'arch' | 'pythonVersion'>): string | undefined {
  const series = /^\d+\.\d+/.exec(pythonVersion)?.[0];
  return os && series && arch ? `${os} ${arch} py${series}` : undefined;
}
