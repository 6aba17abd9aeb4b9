import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Fault } from '../service.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, checksumName, checksumOf } from './checksums.ts';
import { encryptionHeaders } from './description.ts';
import { checksumFields, commit, etagOf, wholeSecond } from './objects.ts';
import { type Measured, measure, writeBlob } from './request-body.ts';
import { type BucketOperation, quoted, type S3Call, xmlAnswer } from './s3-call.ts';
import { invalidRequest, malformedXml, noSuchUpload } from './s3-fault.ts';
import { type Bucket, blobFile, type OpenUpload, removeBlob, removeUpload } from './store.ts';
import type { StoredChecksum, StoredObject, StoredPart } from './stored-object.ts';
import { findUpload } from './uploads.ts';
import { childrenOf, readXml, textOf, type XmlNode } from './xml-body.ts';

/** Every part but the last must have 5 MiB. */
const SMALLEST_PART = 5 * 2 ** 20;

export const completeMultipartUpload: BucketOperation = async (context, bucket, call) => {
  const upload = findUpload(bucket, call);
  // The checksum headers of this call are about the object, not about the XML that is its body.
  const { content } = await readXml({ ...call, headers: withoutChecksums(call.headers) }, 'CompleteMultipartUpload');
  const parts = chosenParts(upload, childrenOf(content, 'Part'));
  const whole = upload.checksumType === 'FULL_OBJECT' ? upload.checksumAlgorithm : undefined;
  const { blob, ...measured } = await writeBlob(bucket, measure(bytesOf(bucket, parts), whole)).catch(error => {
    // With the upload, its parts are gone: another one completed or aborted it meanwhile.
    throw bucket.uploads.get(upload.uploadId) === upload ? error : noSuchUpload(upload.uploadId);
  });
  const object = await assemble(upload, parts, measured, blob);
  try {
    checkAnnounced(call, object);
    if (bucket.uploads.get(upload.uploadId) !== upload) throw noSuchUpload(upload.uploadId);
  } catch (error) {
    removeBlob(bucket, blob);
    throw error;
  }
  commit(context, bucket, object, call.headers);
  removeUpload(bucket, upload);
  const fields = {
    Location: `https://${bucket.name}.s3.${bucket.settings.region}.amazonaws.com/${encodeURIComponent(object.key)}`,
    Bucket: bucket.name,
    Key: object.key,
    ETag: quoted(object.etag),
    ...checksumFields(object.checksum),
    ChecksumType: object.checksum?.type,
  };
  return xmlAnswer('CompleteMultipartUploadResult', fields, encryptionHeaders(object.encryption));
};

/** The stored parts that the client lists. Throws InvalidPartOrder, InvalidPart or EntityTooSmall. */
function chosenParts(upload: OpenUpload, listed: XmlNode[]): StoredPart[] {
  if (listed.length === 0) throw malformedXml('you must specify at least one part');
  const parts = listed.map(node => {
    const number = Number(textOf(node, 'PartNumber'));
    const part = upload.parts.get(number);
    const etag = textOf(node, 'ETag')?.replace(/^"(.*)"$/, '$1');
    const checksum = listedChecksum(upload, node);
    if (part === undefined || part.etag !== etag || (checksum !== undefined && checksum !== part.checksum?.value)) {
      const message = `One or more of the specified parts could not be found: part ${number} was not uploaded, or its ETag or checksum differs.`;
      throw new Fault('InvalidPart', message);
    }
    return part;
  });
  if (parts.some((part, index) => index > 0 && part.number <= parts[index - 1]!.number)) {
    throw new Fault(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  }
  if (parts.slice(0, -1).some(part => part.size < SMALLEST_PART)) {
    throw new Fault(
      'EntityTooSmall',
      'Your proposed upload is smaller than the minimum allowed size: 5 MiB a part but for the last.',
    );
  }
  return parts;
}

/** The checksum that the client lists for a part: it has to where S3 makes that of the whole from those of the parts. */
function listedChecksum({ checksumAlgorithm, checksumType }: OpenUpload, part: XmlNode): string | undefined {
  const number = textOf(part, 'PartNumber');
  const foreign = CHECKSUM_ALGORITHMS.find(
    algorithm => algorithm !== checksumAlgorithm && textOf(part, `Checksum${checksumName(algorithm)}`) !== undefined,
  );
  if (foreign) {
    const began = checksumAlgorithm ? `with ${checksumName(checksumAlgorithm)}` : 'without a checksum';
    const message = 'One or more of the specified parts could not be found: ';
    throw new Fault(
      'InvalidPart',
      `${message}part ${number} has a ${checksumName(foreign)}, the upload began ${began}.`,
    );
  }
  const listed = checksumAlgorithm && textOf(part, `Checksum${checksumName(checksumAlgorithm)}`);
  if (checksumAlgorithm && checksumType === 'COMPOSITE' && listed === undefined) {
    throw invalidRequest(
      `The upload was created using a ${checksumAlgorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    );
  }
  return listed;
}

async function* bytesOf(bucket: Bucket, parts: StoredPart[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield* createReadStream(blobFile(bucket, part.blob), { highWaterMark: 2 ** 20 });
}

async function assemble(
  { key, headers, metadata, tags, encryption, checksumAlgorithm, checksumType }: OpenUpload,
  parts: StoredPart[],
  measured: Measured,
  blob: string,
): Promise<StoredObject> {
  const composite = checksumType === 'COMPOSITE' && checksumAlgorithm;
  const checksum: StoredChecksum | undefined = composite
    ? { algorithm: composite, value: await compositeOf(composite, parts), type: 'COMPOSITE' }
    : measured.checksum && { ...measured.checksum, type: 'FULL_OBJECT' };
  const md5s = Buffer.concat(parts.map(part => Buffer.from(part.etag, 'hex')));
  const etag = `${etagOf(createHash('md5').update(md5s).digest('hex'), encryption)}-${parts.length}`;
  const lastModified = wholeSecond(new Date());
  const facts = { key, blob, size: measured.size, etag, lastModified, ...(checksum ? { checksum } : {}) };
  return { ...facts, headers, metadata, tags, encryption };
}

/** S3's checksum of checksums: that of the parts' raw checksums one after the other, and how many there were. */
async function compositeOf(algorithm: ChecksumAlgorithm, parts: StoredPart[]): Promise<string> {
  const raw = parts.map(part => Buffer.from(part.checksum?.value ?? '', 'base64'));
  return `${(await checksumOf(algorithm, Buffer.concat(raw))).toString('base64')}-${parts.length}`;
}

/** Throws when size or checksum of the whole are not what the client says they must be. */
function checkAnnounced({ headers }: S3Call, { size, checksum }: StoredObject): void {
  const announcedSize = headers['x-amz-mp-object-size'];
  if (announcedSize !== undefined && Number(announcedSize) !== size) {
    throw invalidRequest(
      `The provided x-amz-mp-object-size header ${announcedSize} does not match what was computed: ${size}.`,
    );
  }
  const announced = checksum && headers[`x-amz-checksum-${checksum.algorithm}`];
  if (checksum && announced !== undefined && announced !== checksum.value) {
    throw new Fault(
      'BadDigest',
      `The ${checksumName(checksum.algorithm)} you specified did not match the calculated checksum.`,
    );
  }
}

function withoutChecksums(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-')));
}
