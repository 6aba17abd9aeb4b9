import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { BUCKET } from '../state.ts';
import type { Credentials } from './credentials.ts';
import type { RunningEndpoint } from './running-endpoint.ts';

type ClientSettings = { credentials?: Credentials & { sessionToken?: string }; systemClockOffset?: number };

/** For tests: one call of each protocol, by the SDK's own clients. */
export function everyProtocol(endpoint: RunningEndpoint, client: ClientSettings = {}) {
  const settings = { ...endpoint.client, ...client };
  return {
    ec2: () => new EC2Client(settings).send(new DescribeRegionsCommand()),
    iam: () => new IAMClient(settings).send(new ListRolesCommand()),
    sts: () => new STSClient(settings).send(new GetCallerIdentityCommand()),
    ssm: () => new SSMClient(settings).send(new GetParameterCommand({ Name: '/x' })),
    s3: () => new S3Client(settings).send(new ListObjectsV2Command({ Bucket: BUCKET })),
  };
}

/** How each of these calls is refused: `AuthFailure 401`; `answered` where it is not. */
export async function errorsOf(
  endpoint: RunningEndpoint,
  client: ClientSettings = {},
): Promise<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const [service, send] of Object.entries(everyProtocol(endpoint, client))) {
    errors[service] = await send().then(
      () => 'answered',
      error => `${error.name} ${error.$metadata?.httpStatusCode}`,
    );
  }
  return errors;
}
