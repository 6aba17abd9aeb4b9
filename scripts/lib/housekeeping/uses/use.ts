/** That something uses an image, or could start an instance of it. */
export interface Use {
  imageId: string;
  /** What it is, for people: `stack lava-worker-core`. */
  by: string;
}

/** What uses each image, by the image's id. */
export type Uses = ReadonlyMap<string, string[]>;

/** Brings together who uses which image; whoever uses one twice is named once. */
export function usesByImage(uses: readonly Use[]): Uses {
  const byImage = new Map<string, string[]>();
  for (const { imageId, by } of uses) {
    const known = byImage.get(imageId) ?? [];
    if (!known.includes(by)) byImage.set(imageId, [...known, by]);
  }
  return byImage;
}

/** Every image id within a text. */
export function imageIdsIn(text: string | undefined): string[] {
  return text?.match(/\bami-[0-9a-f]{8,17}\b/g) ?? [];
}
