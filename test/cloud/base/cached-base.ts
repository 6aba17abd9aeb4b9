import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface BaseOptions {
  /** The cloud's state folder. */
  folder: string;
  /** File with the certificate of the cloud's own authority. */
  caCertificate: string;
  log: (line: string) => void;
}

/** A base image: what the vendor of an operating system would publish, as a folder. */
export interface BaseImage {
  rootfs: string;
  name: string;
  /** ISO 8601. */
  createdAt: string;
  architecture: 'x86_64' | 'arm64';
  description: string;
}

/**
 * Makes a base image unless one of the same recipe is there already. It is made under another name and renamed when
 * complete, so that an interrupted bootstrap never counts. The cloud's certificate is part of the recipe.
 */
export async function cachedBase(
  name: string,
  recipe: string,
  { folder, caCertificate, log }: BaseOptions,
  make: (root: string) => Promise<void>,
): Promise<BaseImage> {
  const hash = createHash('sha256').update(recipe).update(readFileSync(caCertificate)).digest('hex').slice(0, 12);
  const home = join(folder, 'base', `${name}-${hash}`);
  const image = join(home, 'image.json');
  if (!existsSync(image)) {
    const unfinished = `${home}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(join(unfinished, 'rootfs'), { recursive: true });
    const started = Date.now();
    log(`${name}: making the base image; this is done once`);
    await make(join(unfinished, 'rootfs'));
    const createdAt = new Date().toISOString();
    const base: Omit<BaseImage, 'rootfs'> = {
      name: `${name}-${createdAt.replaceAll(/[-:]|\..*/g, '')}`,
      createdAt,
      architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
      description: `${name}, made by the local cloud`,
    };
    writeFileSync(join(unfinished, 'image.json'), JSON.stringify(base));
    renameSync(unfinished, home);
    log(`${name}: done in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  return { rootfs: join(home, 'rootfs'), ...JSON.parse(readFileSync(image, 'utf8')) };
}
