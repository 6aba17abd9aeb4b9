import { join } from 'node:path';
import pLimit from 'p-limit';
import { Failure } from '../command/problems.ts';
import { ROOT } from '../command/root.ts';
import type { SyncPlace } from './compare.ts';
import type { LocalFile } from './local-files.ts';
import { explainS3Error } from './s3-errors.ts';
import { upload } from './upload.ts';

/** Files that are uploaded at a time. */
const AT_ONCE = 8;

/**
 * Uploads files to where they belong. One that is refused does not keep the others back; at the end a Failure names
 * every file that did not arrive. `arrived` is called with bytes as they arrive.
 */
export async function uploadAll(
  place: SyncPlace,
  files: LocalFile[],
  signal: AbortSignal,
  arrived: (bytes: number) => void,
): Promise<void> {
  const { s3, bucket, prefix, encryption, records = join(ROOT, 'dist/sync') } = place;
  const limit = pLimit(AT_ONCE);
  const failures: string[] = [];
  const one = async (file: LocalFile) => {
    if (signal.aborted) return;
    try {
      await upload(file, { s3, bucket, key: prefix + file.name, encryption, records, signal, arrived });
    } catch (error) {
      const reason = error instanceof Failure ? error.message : explainS3Error(error);
      if (signal.aborted) return;
      if (!reason) throw error;
      failures.push(`${file.name}: ${reason}`);
    }
  };
  await Promise.all(files.map(file => limit(() => one(file))));
  signal.throwIfAborted();
  if (failures.length > 0) {
    throw new Failure(`${failures.length} of ${files.length} files did not arrive in S3:\n${failures.join('\n')}`);
  }
}
