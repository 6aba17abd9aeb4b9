import type { HttpRequest } from '../endpoint/http-request.ts';
import { type Address, parseAddress } from './address.ts';

export interface Route extends Address {
  /** The operation as AWS calls it: `PutObject`. Also given for what the local cloud does not know. */
  action: string;
}

/** Sub-resources of a bucket that have a name of their own in AWS's list of operations. */
const BUCKET_SPECIAL: Record<string, string> = {
  'GET uploads': 'ListMultipartUploads',
  'GET versions': 'ListObjectVersions',
  'POST delete': 'DeleteObjects',
};
const BUCKET_PLAIN: Record<string, string> = {
  GET: 'ListObjects',
  HEAD: 'HeadBucket',
  PUT: 'CreateBucket',
  DELETE: 'DeleteBucket',
  POST: 'PostObject',
};
const BUCKET_PARTS = {
  acl: 'Acl',
  accelerate: 'AccelerateConfiguration',
  analytics: 'AnalyticsConfiguration',
  cors: 'Cors',
  delete: 'Delete',
  encryption: 'Encryption',
  inventory: 'InventoryConfiguration',
  lifecycle: 'LifecycleConfiguration',
  location: 'Location',
  logging: 'Logging',
  metrics: 'MetricsConfiguration',
  notification: 'NotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  ownershipControls: 'OwnershipControls',
  policy: 'Policy',
  policyStatus: 'PolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  replication: 'Replication',
  requestPayment: 'RequestPayment',
  tagging: 'Tagging',
  uploads: 'Uploads',
  versioning: 'Versioning',
  versions: 'Versions',
  website: 'Website',
};

const OBJECT_SPECIAL: Record<string, string> = {
  'POST uploads': 'CreateMultipartUpload',
  'POST uploadId': 'CompleteMultipartUpload',
  'PUT uploadId': 'UploadPart',
  'GET uploadId': 'ListParts',
  'DELETE uploadId': 'AbortMultipartUpload',
  'POST restore': 'RestoreObject',
  'POST select': 'SelectObjectContent',
};
const OBJECT_PLAIN: Record<string, string> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
  POST: 'PostObject',
};
const OBJECT_PARTS = {
  uploads: 'Uploads',
  uploadId: 'Upload',
  acl: 'Acl',
  attributes: 'Attributes',
  'legal-hold': 'LegalHold',
  restore: 'Restore',
  retention: 'Retention',
  select: 'Select',
  tagging: 'Tagging',
  torrent: 'Torrent',
  versionId: 'Version',
};

const VERBS: Record<string, string> = { GET: 'Get', HEAD: 'Head', PUT: 'Put', DELETE: 'Delete', POST: 'Post' };

/** Names the operation that a request asks for. Throws InvalidURI or KeyTooLongError. */
export function routeOf(request: HttpRequest): Route {
  const address = parseAddress(request.headers.host ?? '', request.path);
  return { ...address, action: actionOf(request, address) };
}

function actionOf({ method, query, headers }: HttpRequest, { bucket, key }: Address): string {
  if (bucket === undefined) return method === 'GET' ? 'ListBuckets' : `${method} /`;
  if (key === undefined) {
    if (method === 'GET' && query.get('list-type') === '2') return 'ListObjectsV2';
    return nameOf(method, query, 'Bucket', BUCKET_PARTS, BUCKET_SPECIAL, BUCKET_PLAIN);
  }
  const action = nameOf(method, query, 'Object', OBJECT_PARTS, OBJECT_SPECIAL, OBJECT_PLAIN);
  const copies = headers['x-amz-copy-source'] !== undefined;
  if (copies && action === 'PutObject') return 'CopyObject';
  return copies && action === 'UploadPart' ? 'UploadPartCopy' : action;
}

function nameOf(
  method: string,
  query: URLSearchParams,
  kind: 'Bucket' | 'Object',
  parts: Record<string, string>,
  special: Record<string, string>,
  plain: Record<string, string>,
): string {
  const part = Object.keys(parts).find(name => query.has(name));
  if (part === undefined) return plain[method] ?? `${method} ${kind}`;
  return special[`${method} ${part}`] ?? `${VERBS[method] ?? `${method} `}${kind}${parts[part]}`;
}
