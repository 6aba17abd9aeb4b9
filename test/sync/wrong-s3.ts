import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareWithS3, type SyncPlace } from '../../scripts/lib/sync/compare.ts';
import { uploadAll } from '../../scripts/lib/sync/upload-all.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { honest, type Kept } from './honest-s3.ts';
import { type Answer, type Call, type ScriptedS3, scriptedS3 } from './scripted-s3.ts';

/** A folder and an S3 that answers truly, but where a test says otherwise. */
export interface WrongS3 extends ScriptedS3, Kept {
  place: SyncPlace & { records: string };
  /** Lets calls that match be answered otherwise. */
  answering(pattern: RegExp, otherwise: (honestly: Answer) => Answer): void;
  honest(call: Call): Answer;
  /** Puts a file into the folder. */
  write(name: string, content: Buffer | string): void;
  sync(): Promise<void>;
  /** What a sync fails with. */
  failure(): Promise<string>;
  /** How many calls matched. */
  asked(pattern: RegExp): number;
}

export async function wrongS3(): Promise<WrongS3> {
  const scripted = await scriptedS3();
  const kept: Kept = { objects: new Map(), encryption: { 'x-amz-server-side-encryption': 'AES256' }, uploads: 0 };
  const folders = { folder: temporaryFolder('sync-'), records: temporaryFolder('begun-') };
  const place = { s3: scripted.s3, ...folders, bucket: 'b', prefix: 'p/', encryption: {} };
  const s3: WrongS3 = Object.assign(scripted, kept, {
    place,
    answering: (pattern: RegExp, otherwise: (honestly: Answer) => Answer) => {
      s3.script = call => (pattern.test(call.line) ? otherwise(s3.honest(call)) : s3.honest(call));
    },
    honest: (call: Call) => honest(call, s3),
    write: (name: string, content: Buffer | string) => writeFileSync(join(place.folder, name), content),
    sync: async () => {
      await uploadAll(place, (await compareWithS3(place)).upload, new AbortController().signal, () => {});
    },
    failure: () =>
      s3.sync().then(
        () => 'no failure',
        (error: Error) => error.message,
      ),
    asked: (pattern: RegExp) => s3.calls.filter(({ line }) => pattern.test(line)).length,
  });
  s3.script = s3.honest;
  return s3;
}
