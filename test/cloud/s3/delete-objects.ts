import { Fault } from '../service.ts';
import { authorize } from './access.ts';
import { CHECKSUM_ALGORITHMS } from './checksums.ts';
import { type BucketOperation, xmlAnswer } from './s3-call.ts';
import { invalidRequest, malformedXml } from './s3-fault.ts';
import { removeObject } from './store.ts';
import { childrenOf, readXml, textOf } from './xml-body.ts';

/** Removes up to a thousand objects; each is refused or removed by itself. */
export const deleteObjects: BucketOperation = async (context, bucket, call) => {
  const proofs = ['content-md5', 'x-amz-trailer', ...CHECKSUM_ALGORITHMS.map(name => `x-amz-checksum-${name}`)];
  if (!proofs.some(name => call.headers[name] !== undefined)) {
    throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const { content } = await readXml(call, 'Delete');
  const keys = childrenOf(content, 'Object').map(node => textOf(node, 'Key'));
  if (keys.length === 0 || keys.length > 1000) throw malformedXml('it must list 1 to 1000 objects');
  const deleted: object[] = [];
  const failed: object[] = [];
  for (const key of keys) {
    if (!key) throw malformedXml('an Object has no Key');
    try {
      authorize(context, call, 's3:DeleteObject', bucket, key);
      removeObject(bucket, key);
      deleted.push({ Key: key });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      failed.push({ Key: key, Code: error.code, Message: error.message });
    }
  }
  const quiet = textOf(content, 'Quiet') === 'true';
  return xmlAnswer('DeleteResult', { Deleted: quiet ? [] : deleted, Error: failed });
};
