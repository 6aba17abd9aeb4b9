import type { Tags } from '../../state.ts';
import type { Work } from './resource-type.ts';
import { tagMembers } from './tag-members.ts';

/** Brings the tags of the user's from what they were to what they are to be; those of AWS stay. */
export async function retag(work: Work, ResourceId: string, before: Tags, wanted: Tags): Promise<void> {
  const own = (tags: Tags) => Object.entries(tags).filter(([key]) => !key.startsWith('aws:'));
  const gone = own(before).filter(([key]) => !Object.hasOwn(wanted, key));
  if (gone.length > 0) {
    await work.call('ec2', 'DeleteTags', { ResourceId: [ResourceId], Tag: gone.map(([Key]) => ({ Key })) });
  }
  const set = tagMembers(Object.fromEntries(own(wanted)));
  if (set.length > 0) await work.call('ec2', 'CreateTags', { ResourceId: [ResourceId], Tag: set });
}
