import { type Stats, statSync } from 'node:fs';

/** What a path leads to; nothing where it leads nowhere: no such file, or links that lead to each other. */
export function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') return undefined;
    throw error;
  }
}
