import type { Tag } from '@aws-sdk/client-ec2';
import { tagOf } from '../aws/tags.ts';

/** `2026-11-23T02-32-36Z-1f2e`, as makePlan() makes it. Others use the tag BuildId as well, with other values. */
const BUILD_ID = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z-[0-9a-f]{4}$/;

/**
 * The build that something existed for only while it ran. Both tags have to be there: what was made of an image may
 * have inherited the image's tags, of which BuildId is one.
 */
export function temporaryOf(tags: readonly Tag[] | undefined): string | undefined {
  return tagOf(tags, 'Name')?.startsWith('building ') ? buildOf(tags) : undefined;
}

/** The build that something is of, temporary or not. */
export function buildOf(tags: readonly Tag[] | undefined): string | undefined {
  const buildId = tagOf(tags, 'BuildId');
  return buildId && BUILD_ID.test(buildId) ? buildId : undefined;
}

/** When a build began: its id says so. */
export function beginOf(buildId: string): Date {
  const [, day, hours, minutes, seconds] = BUILD_ID.exec(buildId) ?? [];
  return new Date(`${day}T${hours}:${minutes}:${seconds}Z`);
}
