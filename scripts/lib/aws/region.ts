/** The region to work in when no parameter says so, and where it is from: the environment, else the AWS profile. */
export async function ambientRegion(
  environment: NodeJS.ProcessEnv,
): Promise<{ value: string; source: string } | undefined> {
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
