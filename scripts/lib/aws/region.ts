import type { Resolved } from '../parameters/resolve.ts';

/** The region to work in when no parameter says so: from the environment, else from the AWS profile. */
export async function ambientRegion(environment: NodeJS.ProcessEnv): Promise<Resolved | undefined> {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
    const value = environment[name];
    if (value) return { value, source: name };
  }
  const { STSClient } = await import('@aws-sdk/client-sts');
  try {
    const value = await new STSClient().config.region();
    return { value, source: `profile ${environment.AWS_PROFILE || 'default'}` };
  } catch {
    return undefined; // no profile, or one without a region: the parameter is then reported as missing
  }
}
