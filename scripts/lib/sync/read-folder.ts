import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Problem } from '../command/problems.ts';
import { etagOfSmall, PART_SIZE } from './etag.ts';
import { type LocalFile, localFiles } from './local-files.ts';

/** What is in a folder, and what is in it that can't be uploaded. */
export interface FolderContent {
  files: LocalFile[];
  problems: Problem[];
}

interface Folder {
  folder: string;
  /** Of the keys in S3, for which names must not be too long. */
  prefix: string;
}

/** Reads a folder (see localFiles) and the checksums of its small files, in a thread of its own. */
export function readFolder({ folder, prefix }: Folder): Promise<FolderContent> {
  const reading = new Promise<FolderContent>((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { folder, prefix } satisfies Folder });
    worker.once('message', resolve).once('error', reject);
  });
  reading.catch(() => {}); // it may fail before anybody waits for it; who does then learns of it
  return reading;
}

function read({ folder, prefix }: Folder): FolderContent {
  const problems: Problem[] = [];
  const files = localFiles(folder, prefix, problems);
  const memory = Buffer.allocUnsafeSlow(PART_SIZE);
  const withEtag = (file: LocalFile) => (file.size <= PART_SIZE ? { ...file, etag: etagOfSmall(file, memory) } : file);
  return { files: problems.length > 0 ? files : files.map(withEtag), problems };
}

if (!isMainThread && parentPort) parentPort.postMessage(read(workerData));
