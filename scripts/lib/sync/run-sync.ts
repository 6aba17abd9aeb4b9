import { bytes, type Progress, seconds } from '../command/progress.ts';
import { compareWithS3, type SyncDifference, type SyncPlace, totalSize } from './compare.ts';
import type { FolderContent } from './read-folder.ts';

/** How often a long upload is reported where there is no live line, in milliseconds. */
const REPORT_EVERY = 10_000;

/** Compares and uploads, with progress: how much has arrived, how fast, and how long it will still take. */
export async function runSync(
  place: SyncPlace,
  signal: AbortSignal,
  progress: Progress,
  content?: Promise<FolderContent>,
): Promise<SyncDifference> {
  progress.working('sync: comparing');
  const difference = await compareWithS3(place, content, signal);
  if (difference.upload.length === 0) return difference;
  const { uploadAll } = await import('./upload-all.ts');
  const total = totalSize(difference.upload);
  const started = Date.now();
  let done = 0;
  let reported = started;
  const arrived = (size: number) => {
    done += size;
    const elapsed = Date.now() - started;
    const rate = (done / Math.max(elapsed, 1)) * 1000;
    const left = seconds(((total - done) / rate) * 1000);
    const text = `sync: ${bytes(done)} of ${bytes(total)}, ${bytes(Math.round(rate))}/s, ${left} left`;
    progress.working(text);
    if (!progress.isLive && Date.now() - reported >= REPORT_EVERY) {
      progress.line(text);
      reported = Date.now();
    }
  };
  await uploadAll(place, difference.upload, signal, arrived);
  return difference;
}

/** What a sync did, in a few words. */
export function syncSummary({ upload, unchanged }: SyncDifference): string {
  return `${upload.length} uploaded (${bytes(totalSize(upload))}), ${unchanged} unchanged`;
}
