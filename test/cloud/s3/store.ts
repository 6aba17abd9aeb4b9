import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeyIndex } from './key-index.ts';
import type { BucketSettings, StoredObject, StoredPart, Upload } from './stored-object.ts';

// Below a bucket's folder:
//   bucket.json                       its settings; a folder without it is not a bucket
//   objects/KEY.json                  what is known of an object, and the name of the file with its bytes
//   uploads/ID/upload.json, N.json    multipart uploads under way and their parts
//   data/ID                           bytes, and documents that are still being written
// A document appears by rename, in one step, and bytes count once a document names them. So whenever the process
// dies, an object is there as a whole, old or new, and what lies unnamed in data/ is removed at the next start.

export interface OpenUpload extends Upload {
  parts: Map<number, StoredPart>;
}

export interface Bucket {
  name: string;
  folder: string;
  settings: BucketSettings;
  objects: Map<string, StoredObject>;
  keys: KeyIndex;
  uploads: Map<string, OpenUpload>;
}

/** Every bucket below a folder, by name. Removes what an interrupted run left behind. */
export function openBuckets(folder: string): Map<string, Bucket> {
  mkdirSync(folder, { recursive: true });
  const buckets = new Map<string, Bucket>();
  for (const name of readdirSync(folder)) {
    const home = join(folder, name);
    if (existsSync(join(home, 'bucket.json'))) buckets.set(name, openBucket(name, home));
    else rmSync(home, { recursive: true });
  }
  return buckets;
}

/** Makes an empty bucket. */
export function makeBucket(folder: string, name: string, region: string): Bucket {
  const home = join(folder, name);
  for (const part of ['objects', 'uploads', 'data']) mkdirSync(join(home, part), { recursive: true });
  const settings: BucketSettings = { region, creationDate: new Date().toISOString() };
  const bucket: Bucket = { name, folder: home, settings, objects: new Map(), keys: new KeyIndex(), uploads: new Map() };
  saveSettings(bucket);
  return bucket;
}

export function removeBucket({ folder }: Bucket): void {
  rmSync(join(folder, 'bucket.json'));
  rmSync(folder, { recursive: true });
}

export function saveSettings(bucket: Bucket): void {
  writeDocument(bucket, 'bucket.json', bucket.settings);
}

/** A new, unused place for bytes. */
export function newBlob(): string {
  return randomUUID();
}

export function blobFile(bucket: Bucket, blob: string): string {
  return join(bucket.folder, 'data', blob);
}

export function removeBlob(bucket: Bucket, blob: string): void {
  rmSync(blobFile(bucket, blob), { force: true });
}

/** Puts an object in the place of what its key held before. Whoever reads the old one may finish. */
export function saveObject(bucket: Bucket, object: StoredObject): void {
  const old = bucket.objects.get(object.key);
  writeDocument(bucket, join('objects', documentName(object.key)), object);
  bucket.objects.set(object.key, object);
  if (old === undefined) bucket.keys.add(object.key);
  else if (old.blob !== object.blob) removeBlob(bucket, old.blob);
}

/** Removes an object; nothing happens when there is none. */
export function removeObject(bucket: Bucket, key: string): void {
  const old = bucket.objects.get(key);
  if (old === undefined) return;
  rmSync(join(bucket.folder, 'objects', documentName(key)));
  bucket.objects.delete(key);
  bucket.keys.remove(key);
  removeBlob(bucket, old.blob);
}

export function saveUpload(bucket: Bucket, upload: Upload): void {
  mkdirSync(join(bucket.folder, 'uploads', upload.uploadId));
  writeDocument(bucket, join('uploads', upload.uploadId, 'upload.json'), upload);
  bucket.uploads.set(upload.uploadId, { ...upload, parts: new Map() });
}

/** Puts a part in the place of an earlier one of its number. */
export function savePart(bucket: Bucket, upload: OpenUpload, part: StoredPart): void {
  const old = upload.parts.get(part.number);
  writeDocument(bucket, join('uploads', upload.uploadId, `${part.number}.json`), part);
  upload.parts.set(part.number, part);
  if (old) removeBlob(bucket, old.blob);
}

/** Forgets an upload and removes its parts. */
export function removeUpload(bucket: Bucket, upload: OpenUpload): void {
  const home = join(bucket.folder, 'uploads', upload.uploadId);
  bucket.uploads.delete(upload.uploadId);
  rmSync(join(home, 'upload.json'));
  rmSync(home, { recursive: true });
  for (const part of upload.parts.values()) removeBlob(bucket, part.blob);
}

function openBucket(name: string, folder: string): Bucket {
  const objects = new Map<string, StoredObject>();
  for (const file of readdirSync(join(folder, 'objects'))) {
    const object = readDocument<StoredObject>(join(folder, 'objects', file));
    objects.set(object.key, object);
  }
  const uploads = new Map<string, OpenUpload>();
  for (const uploadId of readdirSync(join(folder, 'uploads'))) {
    const upload = openUpload(join(folder, 'uploads', uploadId));
    if (upload) uploads.set(uploadId, upload);
  }
  const keys = new KeyIndex();
  keys.addAll(objects.keys());
  const settings = readDocument<BucketSettings>(join(folder, 'bucket.json'));
  const bucket: Bucket = { name, folder, settings, objects, keys, uploads };
  removeUnnamed(bucket);
  return bucket;
}

/** An upload without its document was being made, or removed, when the process died: it is removed. */
function openUpload(home: string): OpenUpload | undefined {
  if (!existsSync(join(home, 'upload.json'))) {
    rmSync(home, { recursive: true });
    return undefined;
  }
  const files = readdirSync(home).filter(file => file !== 'upload.json');
  const parts = files.map(file => readDocument<StoredPart>(join(home, file)));
  const upload = readDocument<Upload>(join(home, 'upload.json'));
  return { ...upload, parts: new Map(parts.map(part => [part.number, part])) };
}

function removeUnnamed(bucket: Bucket): void {
  const uploads = [...bucket.uploads.values()];
  const parts = uploads.flatMap(upload => [...upload.parts.values()]);
  const named = new Set([...bucket.objects.values(), ...parts].map(holder => holder.blob));
  for (const blob of readdirSync(join(bucket.folder, 'data'))) if (!named.has(blob)) removeBlob(bucket, blob);
}

/** Any key as a file name: readable as long as it fits, else its beginning and a hash of the whole. */
function documentName(key: string): string {
  const readable = encodeURIComponent(key);
  if (readable.length <= 200) return `${readable}.json`;
  return `${readable.slice(0, 120)}~${createHash('sha256').update(key).digest('hex')}.json`;
}

function writeDocument(bucket: Bucket, path: string, content: object): void {
  const draft = join(bucket.folder, 'data', newBlob());
  writeFileSync(draft, JSON.stringify(content, null, 1));
  renameSync(draft, join(bucket.folder, path));
}

function readDocument<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8'));
}
