import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutBucketPolicyCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { UserMistake } from '../../scripts/lib/command/problems.ts';
import { compareWithS3, type SyncPlace } from '../../scripts/lib/sync/compare.ts';
import { uploadAll } from '../../scripts/lib/sync/upload-all.ts';
import { type RunningEndpoint, runEndpoint } from '../cloud/endpoint/running-endpoint.ts';
import { Fault } from '../cloud/service.ts';
import { BUCKET } from '../cloud/state.ts';
import { temporaryFolder } from '../temporary-folder.ts';

// The product's sync against the local cloud's S3.

const MIB = 2 ** 20;
const NEVER = new AbortController().signal;

let endpoint: RunningEndpoint;
let place: SyncPlace;
/** Called with every action of S3, before it is carried out. */
let trouble: (action: string) => void | Promise<void>;

beforeAll(async () => {
  endpoint = await runEndpoint({ faults: { apply: async (_, action) => trouble(action) } });
});
afterAll(() => endpoint.remove());
beforeEach(() => {
  trouble = () => {};
  const s3 = new S3Client({ ...endpoint.client, maxAttempts: 3, forcePathStyle: true });
  const folder = temporaryFolder('sync-');
  place = { s3, folder, bucket: BUCKET, prefix: `${folder.split('-').at(-1)}/`, encryption: {} };
  place.records = temporaryFolder('begun-');
});

function put(name: string, content: Buffer | string): void {
  const path = join(place.folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

async function names(): Promise<string[]> {
  return (await compareWithS3(place)).upload.map(({ name }) => name);
}

async function sync(): Promise<number> {
  let bytes = 0;
  await uploadAll(place, (await compareWithS3(place)).upload, NEVER, size => {
    bytes += size;
  });
  return bytes;
}

async function content(name: string): Promise<Buffer> {
  const { Body } = await place.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: place.prefix + name }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

it('uploads what is missing, then only what differs in size or content, and deletes nothing', async () => {
  put('oracle/client.zip', 'one');
  put('empty', '');
  put('naïve name + spaces=1', 'two');
  expect(await names()).toEqual(['empty', 'naïve name + spaces=1', 'oracle/client.zip']);
  expect(await sync()).toBe(6);
  expect(await names()).toEqual([]);

  put('oracle/client.zip', 'ONE'); // the same size
  put('empty', 'no longer');
  expect(await names()).toEqual(['empty', 'oracle/client.zip']);
  rmSync(join(place.folder, 'naïve name + spaces=1'));
  await sync();
  expect((await content('oracle/client.zip')).toString()).toBe('ONE');
  expect((await content('naïve name + spaces=1')).toString()).toBe('two');
});

it('does not mind times: a file that was only touched is unchanged', async () => {
  put('a', 'one');
  await sync();
  utimesSync(join(place.folder, 'a'), 1, 1);
  expect(await names()).toEqual([]);
});

it('sends nothing where there is something that S3 can not hold', async () => {
  put('fine', 'x');
  put('compiled/python', 'x');
  await expect(compareWithS3(place)).rejects.toThrow(UserMistake);
});

it('uploads large files in parts, and recognises them afterwards', async () => {
  const large = randomBytes(40 * MIB);
  put('large', large);
  await sync();
  expect((await content('large')).equals(large)).toBe(true);
  expect(await names()).toEqual([]);
}, 60_000);

it('goes on where an interrupted upload stopped, and shows nothing of it before', async () => {
  const large = randomBytes(80 * MIB);
  put('large', large);
  const { upload } = await compareWithS3(place);
  const interruption = new AbortController();
  let arrived = 0;
  const interrupted = uploadAll(place, upload, interruption.signal, size => {
    arrived += size;
    if (arrived >= 32 * MIB) interruption.abort(new Error('Ctrl-C'));
  });
  await expect(interrupted).rejects.toThrow('Ctrl-C');
  await expect(content('large')).rejects.toThrow(/does not exist/);

  let parts = 0;
  trouble = action => {
    if (action === 'UploadPart') parts += 1;
  };
  await sync();
  expect(parts).toBeLessThan(10);
  expect((await content('large')).equals(large)).toBe(true);
  const { Uploads = [] } = await place.s3.send(
    new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: place.prefix }),
  );
  expect(Uploads).toEqual([]);
}, 60_000);

it.each([
  ['CRC64NVME', undefined],
  ['CRC32', 'COMPOSITE'],
  ['CRC32', 'FULL_OBJECT'],
  [undefined, undefined],
] as const)(
  'leaves alone what others began (%s %s), and gets the encryption that is asked for',
  async (algorithm, type) => {
    const large = randomBytes(9 * MIB);
    put('large', large);
    const target = { Bucket: BUCKET, Key: `${place.prefix}large` };
    const kind = { ...(algorithm && { ChecksumAlgorithm: algorithm }), ...(type && { ChecksumType: type }) };
    const { UploadId } = await place.s3.send(new CreateMultipartUploadCommand({ ...target, ...kind }));
    const Body = large.subarray(0, 8 * MIB);
    await place.s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body, ...kind }));

    place.encryption = { ServerSideEncryption: 'aws:kms' };
    expect(await sync()).toBe(9 * MIB);
    expect((await place.s3.send(new HeadObjectCommand(target))).ServerSideEncryption).toBe('aws:kms');
    expect(await names()).toEqual([]);
    const { Uploads = [] } = await place.s3.send(
      new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: target.Key }),
    );
    expect(Uploads.map(upload => upload.UploadId)).toEqual([UploadId]);
  },
);

it('ends what it began with another encryption, and begins anew', async () => {
  put('large', randomBytes(40 * MIB));
  const interruption = new AbortController();
  const { upload } = await compareWithS3(place);
  await uploadAll(place, upload, interruption.signal, () => interruption.abort(new Error('x'))).catch(() => {});
  place.encryption = { ServerSideEncryption: 'aws:kms' };
  await sync();
  const Key = `${place.prefix}large`;
  expect((await place.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }))).ServerSideEncryption).toBe('aws:kms');
  const { Uploads = [] } = await place.s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: Key }));
  expect(Uploads).toEqual([]);
});

it('uploads again what has another encryption than is asked for', async () => {
  put('a', 'x');
  await sync();
  place.encryption = { ServerSideEncryption: 'aws:kms' };
  expect(await names()).toEqual(['a']);
  await sync();
  expect(await names()).toEqual([]);
});

it.each([
  [1, 'nothing'],
  [3, 'nothing'],
  [1, 'ListParts'],
])(
  'two at once that go on with the same upload both succeed (%i parts, %s of the second one is late)',
  async (parts, late) => {
    const large = randomBytes(8 * MIB * parts + 1);
    put('large', large);
    const differing = (await compareWithS3(place)).upload;
    // The second one begins when the first has begun, and before it has sent anything.
    let second: Promise<void> | undefined;
    let [first, both] = [0, 0];
    const completed = Promise.withResolvers<void>();
    trouble = async action => {
      if (action === 'UploadPart' && !second) {
        second = uploadAll(place, differing, NEVER, size => {
          both += size;
        });
      }
      if (action === late) await completed.promise;
    };
    await uploadAll(place, differing, NEVER, size => {
      first += size;
    });
    completed.resolve();
    await second;
    expect([first, both]).toEqual([large.length, large.length]);
    expect((await content('large')).equals(large)).toBe(true);
    expect(await names()).toEqual([]);
    const { Uploads = [] } = await place.s3.send(
      new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: `${place.prefix}large` }),
    );
    expect(Uploads).toEqual([]);
  },
);

it('begins anew where another sync has replaced parts by others of the same content', async () => {
  put('large', randomBytes(9 * MIB));
  let refused = 0;
  trouble = action => {
    if (action === 'CompleteMultipartUpload' && refused++ === 0) throw new Fault('InvalidPart', 'Not the parts.');
  };
  expect(await sync()).toBe(9 * MIB);
  expect(await names()).toEqual([]);
});

it('sends no more to an upload that another sync has ended', async () => {
  put('large', Buffer.alloc(80 * MIB, 1));
  let sent = 0;
  trouble = action => {
    if (action === 'UploadPart' && sent++ === 0) throw new Fault('NoSuchUpload', 'Not any more.', 404);
  };
  expect(await sync()).toBe(80 * MIB);
  // Ten parts, and what was on its way already: four at a time.
  expect(sent).toBeLessThanOrEqual(14);
  expect(await names()).toEqual([]);
});

it('goes on with nothing that was sent of another content', async () => {
  put('large', Buffer.alloc(40 * MIB, 1));
  const { upload } = await compareWithS3(place);
  const interruption = new AbortController();
  await uploadAll(place, upload, interruption.signal, () => interruption.abort(new Error('x'))).catch(() => {});
  const other = Buffer.alloc(40 * MIB, 2);
  put('large', other);
  await sync();
  expect((await content('large')).equals(other)).toBe(true);
}, 60_000);

it('notices a file that changes while it is read, and S3 does not get it', async () => {
  put('large', randomBytes(40 * MIB));
  put('small', 'one');
  const { upload } = await compareWithS3(place);
  put('small', 'changed');
  trouble = action => {
    if (action === 'UploadPart') writeFileSync(join(place.folder, 'large'), 'changed');
  };
  const failure = await uploadAll(place, upload, NEVER, () => {}).catch(error => error);
  expect(failure.message).toMatch(/2 of 2 files did not arrive/);
  expect(failure.message).toMatch(/large changed while/);
  await expect(content('small')).rejects.toThrow(/does not exist/);
  await expect(content('large')).rejects.toThrow(/does not exist/);
}, 60_000);

it('a file that is denied does not keep the others back, and is named', async () => {
  put('denied', 'x');
  put('fine', 'x');
  const Resource = `arn:aws:s3:::${BUCKET}/${place.prefix}denied`;
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource }];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await place.s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy }));
  await expect(sync()).rejects.toThrow(/1 of 2 files did not arrive in S3:\ndenied: .*AccessDenied/);
  expect((await content('fine')).toString()).toBe('x');
});

it('tries again when S3 is busy', async () => {
  put('a', 'x');
  let busy = 2;
  trouble = action => {
    if (action === 'PutObject' && busy-- > 0) throw new Fault('SlowDown', 'Please reduce your request rate.', 503);
  };
  await sync();
  expect((await content('a')).toString()).toBe('x');
});

it('encrypts as it is told, and recognises objects whose ETag is no checksum', async () => {
  place.encryption = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'arn:aws:kms:us-east-1:123456789012:key/lava' };
  put('a', 'x');
  await sync();
  const head = await place.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: `${place.prefix}a` }));
  expect(head.ServerSideEncryption).toBe('aws:kms');
  expect(head.Metadata?.etag).toBe('9dd4e461268c8034f5c8564e155c67a6');
  expect(await names()).toEqual([]);
});
