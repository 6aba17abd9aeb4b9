/** What the AWS SDK's errors have in common. Their class names don't survive bundling; `name` is set by the service. */
interface AwsError extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
  $fault?: 'client' | 'server';
}

const CREDENTIALS: Record<string, string> = {
  CredentialsProviderError: 'There are no AWS credentials. Set AWS_PROFILE, or log in (aws sso login).',
  ExpiredToken: 'The AWS credentials have expired. Log in again.',
  ExpiredTokenException: 'The AWS credentials have expired. Log in again.',
  TokenProviderError: 'The AWS login has expired. Run aws sso login.',
  AuthFailure: 'AWS does not accept the credentials. Check AWS_PROFILE and the access key.',
  InvalidClientTokenId: 'AWS does not know the access key. Check AWS_PROFILE and the access key.',
  UnrecognizedClientException: 'AWS does not know the access key. Check AWS_PROFILE and the access key.',
  InvalidAccessKeyId: 'AWS does not know the access key. Check AWS_PROFILE and the access key.',
  SignatureDoesNotMatch: 'AWS rejects the secret of the access key. Check AWS_PROFILE and the secret access key.',
};

const NETWORK = ['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const THROTTLED = ['Throttling', 'ThrottlingException', 'RequestLimitExceeded', 'TooManyRequestsException', 'SlowDown'];
const DENIED = ['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException'];

/** What EC2 says of an image that it does not know (any more), or whose id is none. */
export const NO_IMAGE = ['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable', 'InvalidAMIID.Malformed'];

/** True when AWS refused the call because the caller may not make it. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && DENIED.includes(error.name);
}

/** True when AWS was too busy for the call, after all that were tried. */
export function isThrottled(error: unknown): boolean {
  return error instanceof Error && THROTTLED.includes(error.name);
}

/** One sentence for an error that AWS, or the way to it, gave; nothing for any other error. */
export function explainAwsError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message, code = '', $metadata } = error as AwsError;
  if (CREDENTIALS[name]) return `${CREDENTIALS[name]} (${message})`;
  if (NETWORK.includes(code) || name === 'TimeoutError') return `AWS can not be reached: ${message || code}`;
  if (THROTTLED.includes(name)) return `AWS is throttling this account's calls; try again in a minute. (${message})`;
  if ($metadata) return `AWS refused a call: ${name}: ${message}`;
  return undefined;
}

/** Why AWS did not do what the right is for, in one line; nothing for an error that is about neither right nor load. */
export function refusal(error: unknown, right: string): string | undefined {
  if (isDenied(error)) return `the right ${right} is missing (${(error as Error).message})`;
  return isThrottled(error) ? explainAwsError(error) : undefined;
}

/** Why a call that needs this right failed, whatever the reason. */
export function explain(error: unknown, right: string): string {
  return refusal(error, right) ?? explainAwsError(error) ?? String(error);
}

/** That something was not asked, since the credentials may not; any other error is thrown. */
export function notAsked(what: string, error: unknown): string {
  if (!isDenied(error)) throw error;
  return `${what}: the credentials may not ask that (${(error as Error).message})`;
}

/** The answer to a call, or nothing when AWS says that what was asked for does not exist. */
export async function ifExists<Answer>(errors: readonly string[], call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && errors.includes(error.name)) return undefined;
    throw error;
  }
}
