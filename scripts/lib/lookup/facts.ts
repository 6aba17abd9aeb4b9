import type { AmiBuild } from '../parameters/ami-build.ts';
import type { Resolved } from '../parameters/settings.ts';
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

/** Asks AWS what the plan needs to know, changing nothing; what it finds is added to the inquiry. */
export async function lookUp(inquiry: Inquiry, amiBuild: AmiBuild, accountId: Resolved | undefined): Promise<Facts> {
  const account = await lookUpAccount(inquiry, accountId);
  const facts: Facts = { accountId: account.id, partition: account.partition };
  // In an account that is not the wanted one there is nothing to find out.
  if (inquiry.problems.some(({ parameter }) => parameter === 'account_id')) return facts;
  const system = amiBuild.os[usable(inquiry, 'os')?.value ?? ''];
  await Promise.all([
    ask(inquiry, 'base image', async () => {
      const baseImage = await lookUpBaseImage(inquiry, system);
      if (baseImage) facts.baseImage = baseImage;
    }),
    ask(inquiry, 'instance type', () => lookUpInstanceType(inquiry)),
    ask(inquiry, 'bucket', async () => {
      const region = await lookUpBucket(inquiry);
      if (region) facts.bucketRegion = region;
    }),
    lookUpNetwork(inquiry).then(async subnet => {
      const zone = subnet?.AvailabilityZone;
      if (zone) await ask(inquiry, 'offer of the instance type', () => lookUpOffering(inquiry, zone));
    }),
  ]);
  return facts;
}
