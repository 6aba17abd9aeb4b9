import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Failure } from '../command/problems.ts';
import { type BegunUpload, forgetBegun, keepBegun, type UploadFacts } from './begun.ts';
import { type Encrypted, usesKms } from './encryption.ts';
import { etagOf, md5Of, PART_SIZE, unquoted } from './etag.ts';
import { findBegun, isSent, isUnfit, type Resumed } from './go-on.ts';
import type { LocalFile } from './local-files.ts';
import { refuseIfChanged, withPart } from './part-memory.ts';
import { checkEncryption, checkStored, crc32Of, ofParts } from './s3-answer.ts';
import { notS3 } from './s3-errors.ts';
import type { UploadOptions } from './upload-options.ts';

/** How often an upload is begun anew that another sync, at work on the same file, has ended. */
const ATTEMPTS = 3;

/** Uploads a file of several parts; goes on with what this checkout began (see go-on.ts), and with nothing else. */
export async function uploadInParts(file: LocalFile, options: UploadOptions): Promise<void> {
  const { s3, bucket, key, encryption, records, arrived } = options;
  const { version } = file;
  const facts: UploadFacts = { bucket, key, version, partSize: PART_SIZE, checksum: 'CRC32', encryption };
  let resumed = await findBegun(s3, records, facts, options.signal);
  for (let attempt = 1; ; attempt++) {
    // What is left of an attempt ends with it.
    const ended = new AbortController();
    const signal = AbortSignal.any([options.signal, ended.signal]);
    let bytes = 0;
    const counted = (size: number) => {
      bytes += size;
      arrived(size);
    };
    try {
      const attemptOptions = { ...options, signal, arrived: counted };
      const begun = resumed ?? (await begin(file, facts, attemptOptions));
      return await sendParts(file, begun, resumed, attemptOptions);
    } catch (error) {
      ended.abort();
      const beginsAnew = resumed ? isUnfit(error) : isEndedByAnother(error);
      if (!beginsAnew || attempt === ATTEMPTS) throw error;
      if (resumed) await abandon(s3, records, resumed);
      resumed = undefined;
      arrived(-bytes);
    }
  }
}

/**
 * Two syncs at once go on with the same upload. When the faster one has completed it, the other finds it gone; where
 * the bucket's encryption makes ETags differ for the same content, one of them finds its parts replaced.
 */
function isEndedByAnother(error: unknown): boolean {
  return error instanceof Error && ['NoSuchUpload', 'InvalidPart'].includes(error.name);
}

async function begin(
  file: LocalFile,
  facts: UploadFacts,
  { s3, records, signal: abortSignal }: UploadOptions,
): Promise<BegunUpload & Encrypted> {
  const { bucket: Bucket, key: Key, encryption } = facts;
  const create = async (Metadata: Record<string, string>) => {
    const wanted = { Bucket, Key, Metadata, ChecksumAlgorithm: 'CRC32' as const, ...encryption };
    const answer = await s3.send(new CreateMultipartUploadCommand(wanted), { abortSignal });
    if (!answer.UploadId) throw new Failure(notS3(`it gave no id for the upload of ${file.name}`));
    const { ServerSideEncryption, SSEKMSKeyId } = answer;
    const begun = { id: answer.UploadId, facts, ServerSideEncryption, SSEKMSKeyId };
    keepBegun(records, begun);
    return begun;
  };
  const withEtag = async () => create({ etag: await etagOf(file) });
  let begun = usesKms(encryption) ? await withEtag() : await create({});
  if (usesKms(begun) && !usesKms(encryption)) {
    // The bucket's own key makes the ETag one that can't be compared: what can be has to be kept from the beginning.
    await abandon(s3, records, begun);
    begun = await withEtag();
  }
  try {
    checkEncryption(file.name, encryption, begun);
  } catch (error) {
    await abandon(s3, records, begun);
    throw error;
  }
  return begun;
}

async function sendParts(
  file: LocalFile,
  begun: BegunUpload & Encrypted,
  resumed: Resumed | undefined,
  { s3, bucket, key, records, ...options }: UploadOptions,
): Promise<void> {
  const { signal: abortSignal, encryption, arrived } = options;
  const upload = { Bucket: bucket, Key: key, UploadId: begun.id };
  const Parts = await Promise.all(
    Array.from({ length: Math.ceil(file.size / PART_SIZE) }, (_, index) =>
      withPart(file, index * PART_SIZE, async Body => {
        abortSignal.throwIfAborted();
        const part = { PartNumber: index + 1, ChecksumCRC32: crc32Of(Body) };
        const sent = resumed?.parts.get(part.PartNumber);
        let ETag = sent && isSent(sent, Body, part.ChecksumCRC32) ? sent.etag : undefined;
        if (!ETag) {
          const answer = await s3.send(new UploadPartCommand({ ...upload, ...part, Body }), { abortSignal });
          const what = `part ${part.PartNumber} of ${file.name}`;
          // Where S3 does not tell the checksum, the ETag has to do, which takes longer.
          const etag = answer.ChecksumCRC32 || usesKms(answer) ? {} : { etag: md5Of(Body) };
          checkStored(what, { ...part, ...etag }, answer);
          ETag = unquoted(answer.ETag ?? '');
        }
        arrived(Body.length);
        return { ...part, ETag };
      }),
    ),
  );
  try {
    refuseIfChanged(file);
  } catch (error) {
    await abandon(s3, records, begun);
    throw error;
  }
  const command = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
  const answer = await s3.send(command, { abortSignal });
  checkStored(file.name, ofParts(Parts), answer);
  forgetBegun(records, begun);
  checkEncryption(file.name, encryption, answer);
}

/** Ends an upload of ours that is of no use. Should that fail, nothing is lost but the room that its parts take. */
async function abandon(s3: S3Client, records: string, begun: BegunUpload): Promise<void> {
  const { bucket: Bucket, key: Key } = begun.facts;
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: begun.id })).catch(() => {});
  forgetBegun(records, begun);
}
