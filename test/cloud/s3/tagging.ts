import { checkTags } from './description.ts';
import { findObject } from './objects.ts';
import { type BucketOperation, xmlAnswer } from './s3-call.ts';
import { malformedXml } from './s3-fault.ts';
import { saveObject } from './store.ts';
import { childrenOf, readXml, textOf } from './xml-body.ts';

export const getObjectTagging: BucketOperation = (context, bucket, call) => {
  const { tags } = findObject(context, bucket, call);
  const Tag = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return xmlAnswer('Tagging', { TagSet: { Tag } });
};

export const putObjectTagging: BucketOperation = async (context, bucket, call) => {
  const { content } = await readXml(call, 'Tagging');
  const [tagSet] = childrenOf(content, 'TagSet');
  if (tagSet === undefined) throw malformedXml('Tagging has no TagSet');
  const pairs = childrenOf(tagSet, 'Tag').map(tag => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const);
  const tags = checkTags(Object.fromEntries(pairs));
  saveObject(bucket, { ...findObject(context, bucket, call), tags });
  return { status: 200, headers: {} };
};

export const deleteObjectTagging: BucketOperation = (context, bucket, call) => {
  saveObject(bucket, { ...findObject(context, bucket, call), tags: {} });
  return { status: 204, headers: {} };
};
