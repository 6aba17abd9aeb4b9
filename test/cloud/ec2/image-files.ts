import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Ec2Context } from './context.ts';

const UNFINISHED = '.unfinished';

/** The folder that an image's own layer gets. */
export function layerFolder(folder: string, snapshotId: string): string {
  return join(folder, 'layers', snapshotId);
}

/** Keeps an instance's disk as a layer: under another name until it is whole, so that no half layer is ever used. */
export async function keepLayer(
  { machines }: Pick<Ec2Context, 'machines'>,
  instanceId: string,
  layer: string,
): Promise<void> {
  const draft = `${layer}${UNFINISHED}`;
  await mkdir(dirname(layer), { recursive: true });
  await rm(draft, { recursive: true, force: true });
  await machines.snapshot(instanceId, draft);
  await rename(draft, layer);
}

/**
 * Removes the layers that neither a snapshot nor an instance holds any more; an image's snapshot outlives the image,
 * and younger images share the layers of older ones. `unfinished` also removes what an earlier run left half written.
 */
export async function removeUnusedLayers(
  { folder, account }: Pick<Ec2Context, 'folder' | 'account'>,
  options: { unfinished?: boolean } = {},
): Promise<void> {
  const home = join(folder, 'layers');
  if (!existsSync(home)) return;
  const alive = Object.values(account.instances).filter(({ state }) => state !== 'terminated');
  const snapshots = [account, ...Object.values(account.elsewhere)].flatMap(region => Object.values(region.snapshots));
  const used = new Set([...snapshots, ...alive].flatMap(({ layers }) => layers));
  const unused = readdirSync(home).filter(name =>
    name.includes(UNFINISHED) ? options.unfinished : !used.has(join(home, name)),
  );
  for (const name of unused) await rm(join(home, name), { recursive: true, force: true });
}
