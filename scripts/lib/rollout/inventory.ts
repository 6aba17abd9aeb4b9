import { notAsked } from '../aws/errors.ts';
import type { Image } from '../aws/images.ts';
import { Failure } from '../command/problems.ts';
import { matcher } from './patterns.ts';
import type { WorkerStack } from './stacks.ts';

/** Everything that the region has of images and worker stacks. */
export interface Inventory {
  /** Images that lava workers can run on, newest first. */
  images: Image[];
  /** Every image that is known: those above, those in other states, and what stacks name beside them. */
  byId: Map<string, Image>;
  workers: WorkerStack[];
  parasites: string[];
  /** What could not be found out. */
  notes: string[];
  /** False when the stacks could not be asked for. */
  knowsStacks: boolean;
  /** False when the images could not be asked for: then an unknown one may exist all the same. */
  knowsImages: boolean;
}

/** What the inventory is made of. */
export interface Sources {
  images: () => Promise<Image[]>;
  imagesById: (ids: string[]) => Promise<Image[]>;
  stacks: () => Promise<{ workers: WorkerStack[]; parasites: string[] }>;
}

/**
 * Asks for images, then for stacks: their answers are large, and are never in memory at the same time. What the
 * credentials may not ask becomes a note.
 */
export async function takeInventory(sources: Sources): Promise<Inventory> {
  const notes: string[] = [];
  const allowed = async <Answer>(what: string, question: () => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await question();
    } catch (error) {
      notes.push(notAsked(what, error));
      return undefined;
    }
  };
  const all = await allowed('Images', sources.images);
  const stacks = await allowed('Worker stacks', sources.stacks);
  if (!stacks && !all) throw new Failure(notes.join('\n'));
  const images = (all ?? []).filter(({ state }) => state === 'available');
  const byId = new Map((all ?? []).map(image => [image.id, image]));
  const { workers = [], parasites = [] } = stacks ?? {};
  let others: Image[] | undefined;
  if (all) {
    const unknown = [...new Set(workers.map(({ imageId }) => imageId))].filter(
      id => /^ami-\w+$/.test(id) && !byId.has(id),
    );
    others = unknown.length > 0 ? await allowed('Images of other kinds', () => sources.imagesById(unknown)) : [];
    for (const image of others ?? []) byId.set(image.id, image);
  }
  return {
    images,
    byId,
    workers,
    parasites,
    notes,
    knowsStacks: stacks !== undefined,
    knowsImages: others !== undefined,
  };
}

/** The patterns that no stack matches. */
export function unmatched(patterns: string[], { workers, parasites }: Inventory): string[] {
  const names = [...workers.map(({ name }) => name), ...parasites];
  return patterns.filter(pattern => !names.some(matcher([pattern])));
}

/** Names of the stacks that use each image, by its id. */
export function usage(workers: WorkerStack[]): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { imageId, name } of workers) users.set(imageId, [...(users.get(imageId) ?? []), name]);
  return users;
}

/** How many builds behind an image is: those of its architecture that are newer. `current`: images to be used now. */
export function buildsBehind({ arch, builtAt }: Image, current: Image[]): number {
  return current.filter(other => other.arch === arch && other.builtAt > builtAt).length;
}

/** The newest `count` images of each architecture, in the order in which they were given: newest first. */
export function newestOfEach(images: Image[], count: number): Image[] {
  const taken = new Map<string, number>();
  return images.filter(({ arch }) => {
    const number = (taken.get(arch) ?? 0) + 1;
    taken.set(arch, number);
    return number <= count;
  });
}
