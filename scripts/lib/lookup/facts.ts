import type { AmiBuild } from '../ami-build.ts';
import type { Resolved } from '../resolve.ts';
import { lookUpAccount } from './account.ts';
import { type BaseImage, lookUpBaseImage } from './base-image.ts';
import { lookUpBucket } from './bucket.ts';
import { ask, type Inquiry, usable } from './inquiry.ts';
import { lookUpInstanceType, lookUpOffering } from './instance-type.ts';
import { lookUpNetwork } from './network.ts';

/** What AWS had to be asked before the build can be planned; what was not found out is missing. */
export interface Facts {
  accountId: string;
  partition: string;
  baseImage?: BaseImage;
  bucketRegion?: string;
}

/** How much is asked: all that a build depends on, or just what concerns the build resources in S3. */
export type Scope = 'build' | 'resources';

/** Asks AWS what the plan needs to know, changing nothing; what it finds is added to the inquiry. */
export async function lookUp(
  inquiry: Inquiry,
  scope: Scope,
  amiBuild: AmiBuild,
  accountId: Resolved | undefined,
): Promise<Facts> {
  const account = await lookUpAccount(inquiry, accountId);
  const facts: Facts = { accountId: account.id, partition: account.partition };
  // In an account that is not the wanted one there is nothing to find out.
  if (inquiry.problems.some(({ parameter }) => parameter === 'account_id')) return facts;
  const bucket = ask(inquiry, 'bucket', async () => {
    const region = await lookUpBucket(inquiry);
    if (region) facts.bucketRegion = region;
  });
  await Promise.all(scope === 'build' ? [bucket, ...lookUpBuild(inquiry, amiBuild, facts)] : [bucket]);
  return facts;
}

function lookUpBuild(inquiry: Inquiry, amiBuild: AmiBuild, facts: Facts): Promise<void>[] {
  const system = amiBuild.os[usable(inquiry, 'os')?.value ?? ''];
  return [
    ask(inquiry, 'base image', async () => {
      const baseImage = await lookUpBaseImage(inquiry, system);
      if (baseImage) facts.baseImage = baseImage;
    }),
    ask(inquiry, 'instance type', () => lookUpInstanceType(inquiry)),
    lookUpNetwork(inquiry).then(async subnet => {
      const zone = subnet?.AvailabilityZone;
      if (zone) await ask(inquiry, 'offer of the instance type', () => lookUpOffering(inquiry, zone));
    }),
  ];
}
