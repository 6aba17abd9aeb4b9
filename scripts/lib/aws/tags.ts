import type { Tag } from '@aws-sdk/client-ec2';

/** Stack tag with the id of the image that the stack had before. */
export const PREVIOUS = 'lava-ami:previous';

/** Tags as EC2 and IAM take them. */
export function tagList(tags: Record<string, string>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags by their keys. */
export function tagRecord(tags: readonly Tag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** A tag's value, if there is one. */
export function tagOf(tags: readonly Tag[] | undefined, key: string): string | undefined {
  return tags?.find(({ Key }) => Key === key)?.Value || undefined;
}
