import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';
import { blobFile, makeBucket, newBlob, openBuckets, removeObject, saveObject, savePart, saveUpload } from './store.ts';
import type { StoredObject } from './stored-object.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('store-');
});

const description = { headers: {}, metadata: {}, tags: {}, encryption: { algorithm: 'AES256' as const } };
const facts = { size: 1, etag: 'e', lastModified: '2026-01-01T00:00:00.000Z' };
const object = (key: string): StoredObject => ({ key, blob: newBlob(), ...facts, ...description });

it('finds again what it kept, whatever the key', () => {
  const bucket = makeBucket(folder, 'bucket', 'eu-west-1');
  const keys = ['a', 'a/b', '..', '.', '/', 'x'.repeat(1024), `${'x'.repeat(1023)}y`, 'ü'.repeat(512), 'a%2Fb'];
  for (const key of keys) {
    const kept = object(key);
    writeFileSync(blobFile(bucket, kept.blob), key);
    saveObject(bucket, kept);
  }
  const again = openBuckets(folder).get('bucket')!;
  expect(again.settings).toEqual(bucket.settings);
  expect(again.objects).toEqual(bucket.objects);
  expect([...again.objects.keys()].sort()).toEqual([...keys].sort());
  expect(again.keys.size).toBe(keys.length);
});

it('keeps the bytes of an object exactly as long as the object', () => {
  const bucket = makeBucket(folder, 'bucket', 'us-east-1');
  const blobs = () => readdirSync(join(bucket.folder, 'data'));
  const first = object('k');
  writeFileSync(blobFile(bucket, first.blob), '1');
  saveObject(bucket, first);
  saveObject(bucket, { ...first, tags: { a: 'b' } });
  expect(blobs()).toEqual([first.blob]);
  const second = object('k');
  writeFileSync(blobFile(bucket, second.blob), '2');
  saveObject(bucket, second);
  expect(blobs()).toEqual([second.blob]);
  removeObject(bucket, 'k');
  removeObject(bucket, 'k');
  expect(blobs()).toEqual([]);
});

it('removes at the start what an interrupted run left behind', () => {
  const bucket = makeBucket(folder, 'bucket', 'us-east-1');
  const uploadId = 'upload';
  saveUpload(bucket, { uploadId, key: 'k', initiated: '', ...description });
  const part = { number: 1, blob: newBlob(), ...facts };
  writeFileSync(blobFile(bucket, part.blob), 'p');
  savePart(bucket, bucket.uploads.get(uploadId)!, part);
  writeFileSync(blobFile(bucket, 'half-written'), 'x');
  mkdirSync(join(bucket.folder, 'uploads', 'half-removed'));
  mkdirSync(join(folder, 'half-made', 'data'), { recursive: true });
  const again = openBuckets(folder);
  expect([...again.keys()]).toEqual(['bucket']);
  expect([...again.get('bucket')!.uploads.get(uploadId)!.parts.values()]).toEqual([part]);
  expect(readdirSync(join(bucket.folder, 'data'))).toEqual([part.blob]);
  expect(readdirSync(join(bucket.folder, 'uploads'))).toEqual([uploadId]);
  expect(readdirSync(folder)).toEqual(['bucket']);
});

it('has whole objects only, at whatever moment the process is killed', async () => {
  const bucket = makeBucket(folder, 'bucket', 'us-east-1');
  const store = JSON.stringify(join(import.meta.dirname, 'store.ts'));
  // Replaces two objects for ever; each object says in its ETag what its bytes must be.
  const program = `
    import { writeFileSync } from 'node:fs';
    const { openBuckets, saveObject, blobFile, newBlob } = await import(${store});
    const bucket = openBuckets(${JSON.stringify(folder)}).get('bucket');
    console.log('ready');
    for (let n = 0; ; n++) {
      const object = { ...${JSON.stringify({ ...facts, ...description })}, key: 'k' + (n % 2), blob: newBlob(), etag: 'v' + n };
      writeFileSync(blobFile(bucket, object.blob), ('v' + n + ';').repeat(1000));
      saveObject(bucket, object);
    }`;
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise(done => child.stdout.once('data', done));
    await new Promise(done => setTimeout(done, 40 + round * 7));
    const ended = new Promise(done => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
    const again = openBuckets(folder).get('bucket')!;
    expect(again.objects.size).toBe(2);
    for (const { blob, etag } of again.objects.values()) {
      expect(readFileSync(blobFile(bucket, blob), 'utf8')).toBe(`${etag};`.repeat(1000));
    }
    expect(readdirSync(join(bucket.folder, 'data'))).toHaveLength(2);
  }
});
