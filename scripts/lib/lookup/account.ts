import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Aws } from '../aws/clients.ts';
import type { Resolved } from '../parameters/settings.ts';
import { type Inquiry, wrong } from './inquiry.ts';

export interface Account {
  id: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, ... */
  partition: string;
}

/** Whose credentials these are; they have to belong to the account that the config file names, if it names one. */
export async function lookUpAccount(
  inquiry: Inquiry<Pick<Aws, 'sts'>>,
  wanted: Resolved | undefined,
): Promise<Account> {
  const { Account: id = '', Arn = '' } = await inquiry.aws.sts.send(new GetCallerIdentityCommand({}));
  if (wanted && wanted.value !== id) {
    const fix = 'Use credentials of that account, or the environment that belongs to these.';
    wrong(inquiry, 'account_id', wanted, `is not the account of the credentials, ${id}`, fix);
  }
  return { id, partition: Arn.split(':')[1] || 'aws' };
}
