import type { S3Client } from '@aws-sdk/client-s3';
import type { Aws } from '../aws/clients.ts';
import type { Problem } from '../command/problems.ts';
import type { Facts } from '../lookup/facts.ts';
import type { AmiBuild } from '../parameters/ami-build.ts';
import type { Settings } from '../parameters/settings.ts';
import type { Resource } from '../resources/list.ts';

/** Parameters resolved and AWS asked about them: everything the plan is made of, and everything wrong with it. */
export interface Prepared {
  amiBuild: AmiBuild;
  settings: Settings;
  problems: Problem[];
  notChecked: string[];
  notes: string[];
  /** What the image takes from outside its operating system's repositories. */
  resources: Resource[];
  /** Missing when AWS was not asked. */
  facts?: Facts;
  aws?: Aws;
}

/** S3, if it may be asked about where the build resources belong; nothing where that is not known. */
export function s3Of({ aws, problems }: Prepared): S3Client | undefined {
  return problems.some(({ parameter }) => ['s3', 's3bucket', 's3prefix'].includes(parameter)) ? undefined : aws?.s3;
}
