/** What the AWS SDK's errors have in common. Their class names don't survive bundling; `name` is set by the service. */
interface AwsError extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
  $fault?: 'client' | 'server';
}

const EXPIRED = 'The AWS credentials have expired. Log in again.';
const LOGIN_EXPIRED = 'The AWS login has expired. Run aws sso login.';
const UNKNOWN_KEY = 'AWS does not know the access key. Check AWS_PROFILE and the access key.';
const NOT_ACCEPTED = 'AWS does not accept the credentials. Check AWS_PROFILE and the access key.';
const WRONG_SECRET =
  'AWS rejects the signature: the secret access key is not that of the access key, or the clock of this machine is wrong. Check both.';
const CLOCK = 'The clock of this machine differs from that of AWS. Set it (timedatectl set-ntp true), and try again.';

/** Every name that services of AWS and the SDK have for credentials that are missing, late or wrong. */
const CREDENTIALS: Record<string, string> = {
  CredentialsProviderError: 'There are no AWS credentials. Set AWS_PROFILE, or log in (aws sso login).',
  MissingAuthenticationToken: 'There are no AWS credentials. Set AWS_PROFILE, or log in (aws sso login).',
  MissingAuthenticationTokenException: 'There are no AWS credentials. Set AWS_PROFILE, or log in (aws sso login).',
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  TokenRefreshRequired: EXPIRED,
  RequestExpired: `${EXPIRED} If they have not, the clock of this machine is wrong.`,
  TokenProviderError: LOGIN_EXPIRED,
  UnauthorizedException: LOGIN_EXPIRED,
  UnauthorizedClientException: LOGIN_EXPIRED,
  AuthFailure: NOT_ACCEPTED,
  InvalidToken: NOT_ACCEPTED,
  InvalidSecurity: NOT_ACCEPTED,
  IncompleteSignature: NOT_ACCEPTED,
  IncompleteSignatureException: NOT_ACCEPTED,
  InvalidClientTokenId: UNKNOWN_KEY,
  InvalidAccessKeyId: UNKNOWN_KEY,
  UnrecognizedClientException: UNKNOWN_KEY,
  NotSignedUp: 'The AWS account is not signed up for this service.',
  OptInRequired: 'The AWS account has not opted in to this service or region. Use another region, or enable this one.',
  Blocked: 'The AWS account is blocked. AWS Support knows why.',
  PendingVerification: 'AWS is still verifying the account; that takes up to four hours.',
  SignatureDoesNotMatch: WRONG_SECRET,
  InvalidSignatureException: WRONG_SECRET,
  RequestTimeTooSkewed: CLOCK,
  RequestInTheFuture: CLOCK,
};

/** What AWS has too little of, and what helps. */
const CAPACITY = 'Use another subnet (another zone) or another instance_type, or try again later.';
const TOO_LITTLE: Record<string, string> = {
  InsufficientInstanceCapacity: `AWS has no instance of this type free in this zone. ${CAPACITY}`,
  InsufficientHostCapacity: `AWS has no host free in this zone. ${CAPACITY}`,
  InsufficientCapacity: `AWS has too little capacity in this zone. ${CAPACITY}`,
  Unsupported: `The zone of the subnet does not have what was asked for. ${CAPACITY}`,
  InsufficientFreeAddressesInSubnet: 'The subnet has no free address. Use another subnet.',
  InstanceLimitExceeded: 'The account has as many instances as it may. Stop some, or ask AWS for a higher quota.',
  VcpuLimitExceeded: 'The account has as many vCPUs as it may. Stop some instances, or ask AWS for a higher quota.',
  VolumeLimitExceeded: 'The account has as many volumes as it may. Remove some, or ask AWS for a higher quota.',
};

/** What node says of the way to AWS, and what is to be looked at. */
const NETWORK: Record<string, string> = {
  ENOTFOUND: 'its name is not known. Check the network, the region, HTTPS_PROXY and AWS_ENDPOINT_URL.',
  EAI_AGAIN: 'names can not be looked up. Check the network and its DNS.',
  ECONNREFUSED: 'nothing listens there. Check HTTPS_PROXY and AWS_ENDPOINT_URL.',
  ECONNRESET: 'the connection was cut. Try again; a proxy or firewall may have done it.',
  EPIPE: 'the connection was cut. Try again; a proxy or firewall may have done it.',
  ETIMEDOUT: 'there was no answer in time. Check the network and HTTPS_PROXY.',
  EHOSTUNREACH: 'there is no way to it. Check the network.',
  ENETUNREACH: 'there is no way to it. Check the network.',
};

/** What OpenSSL, as node names it, has against the certificate of who answered. */
const CERTIFICATE =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|CERT_(HAS_EXPIRED|NOT_YET_VALID|UNTRUSTED|SIGNATURE_FAILURE)|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/** What the SDK's parsers say of an answer that is no answer of AWS. */
const NO_AWS_ANSWER = /XML parse error|\$response|Unexpected token|is not valid JSON|Deserialization error/;

const THROTTLED = [
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'TooManyRequestsException',
  'SlowDown',
  'PriorRequestNotComplete',
  'EC2ThrottledException',
];
const DENIED = ['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation'];

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
  const known = CREDENTIALS[name] ?? ($metadata && TOO_LITTLE[name]);
  if (known) return `${known} (${message})`;
  if (CERTIFICATE.test(code)) {
    return `AWS can not be reached: the certificate of who answered is not trusted. A proxy that inspects TLS needs its authority in NODE_EXTRA_CA_CERTS, with AWS_CA_BUNDLE for packer. (${code}: ${message})`;
  }
  if (NETWORK[code]) return `AWS can not be reached: ${NETWORK[code]} (${message || code})`;
  if (name === 'TimeoutError') return `AWS can not be reached: ${NETWORK.ETIMEDOUT} (${message})`;
  if (THROTTLED.includes(name)) return `AWS is throttling this account's calls; try again in a minute. (${message})`;
  if (NO_AWS_ANSWER.test(message) && (isAnswered(error) || $metadata)) return notOfAws(error);
  if ($metadata && isDenied(error)) return denied(name, message);
  if ($metadata) return `AWS refused a call: ${name}: ${message}`;
  return undefined;
}

/** The SDK keeps what was answered beside an error of its parser. */
function isAnswered(error: object): error is { $response: { statusCode?: number } } {
  return '$response' in error;
}

function notOfAws(error: Error): string {
  const status = (error as AwsError).$metadata?.httpStatusCode ?? (isAnswered(error) ? error.$response?.statusCode : 0);
  const http = status ? ` (HTTP status ${status})` : '';
  return `What was answered is no answer of AWS${http}. A proxy or a login page may have answered in its place: check HTTPS_PROXY and AWS_ENDPOINT_URL.`;
}

/** The message of EC2 may end in an encoded one, which is long and tells nothing until AWS has decoded it. */
function denied(name: string, message: string): string {
  const [, said = message, encoded] = /^(.*?)\s*Encoded authorization failure message:\s*([\w-]+)/s.exec(message) ?? [];
  const more = encoded
    ? ` What is missing says: aws sts decode-authorization-message --encoded-message ${encoded}`
    : '';
  return `The credentials may not do that: ${name}: ${said}${more}`;
}

/** Why AWS did not do what the right is for, in one line; nothing for an error that is about neither right nor load. */
export function refusal(error: unknown, right: string): string | undefined {
  if (isDenied(error)) return `the right ${right} is missing (${(error as Error).message})`;
  return isThrottled(error) ? explainAwsError(error) : undefined;
}

/** Why something failed, in a sentence: AWS's errors explained, others in their own words. */
export function reasonOf(error: unknown): string {
  return explainAwsError(error) ?? (error instanceof Error ? error.message : String(error));
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
