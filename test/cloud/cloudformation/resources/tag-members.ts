import type { Tags } from '../../state.ts';

/** Tags as IAM and EC2 take them in a list. */
export function tagMembers(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
