import { Fault } from '../service.ts';
import type { Protocol } from './protocol.ts';

/** Why a request was not accepted as coming from who it says. */
export type Reason =
  | 'unsigned'
  | 'malformed'
  | 'unknownKey'
  | 'wrongToken'
  | 'expiredToken'
  | 'skewed'
  | 'expired'
  | 'mismatch';

type Wording = [code: string, status: number, message: string];

const INVALID_TOKEN = 'The security token included in the request is invalid.';
const EXPIRED_TOKEN = 'The security token included in the request is expired';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const NOT_VALIDATED: Wording = ['AuthFailure', 401, 'AWS was not able to validate the provided access credentials'];
const EC2_EXPIRED: Wording = ['RequestExpired', 400, 'Request has expired.'];

/** Each protocol has its own code and words for the same reason; clients decide by the code what to do next. */
const WORDINGS: Record<Protocol, Record<Reason, Wording>> = {
  ec2: {
    unsigned: ['AuthFailure', 401, 'AWS was not able to validate the provided access credentials: none were sent'],
    malformed: NOT_VALIDATED,
    unknownKey: NOT_VALIDATED,
    wrongToken: NOT_VALIDATED,
    mismatch: NOT_VALIDATED,
    expiredToken: EC2_EXPIRED,
    skewed: EC2_EXPIRED,
    expired: EC2_EXPIRED,
  },
  query: {
    unsigned: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    malformed: ['IncompleteSignature', 400, 'The request signature does not conform to AWS standards.'],
    unknownKey: ['InvalidClientTokenId', 403, INVALID_TOKEN],
    wrongToken: ['InvalidClientTokenId', 403, INVALID_TOKEN],
    mismatch: ['SignatureDoesNotMatch', 403, MISMATCH],
    expiredToken: ['ExpiredToken', 403, EXPIRED_TOKEN],
    skewed: ['SignatureDoesNotMatch', 403, "Signature expired: the request's time is too far from the current time."],
    expired: ['SignatureDoesNotMatch', 403, 'Signature expired.'],
  },
  json: {
    unsigned: ['MissingAuthenticationTokenException', 400, 'Request is missing Authentication Token'],
    malformed: ['IncompleteSignatureException', 400, 'The request signature does not conform to AWS standards.'],
    unknownKey: ['UnrecognizedClientException', 400, INVALID_TOKEN],
    wrongToken: ['UnrecognizedClientException', 400, INVALID_TOKEN],
    mismatch: ['InvalidSignatureException', 400, MISMATCH],
    expiredToken: ['ExpiredTokenException', 400, EXPIRED_TOKEN],
    skewed: [
      'InvalidSignatureException',
      400,
      "Signature expired: the request's time is too far from the current time.",
    ],
    expired: ['InvalidSignatureException', 400, 'Signature expired.'],
  },
  s3: {
    unsigned: ['AccessDenied', 403, 'Access Denied'],
    malformed: ['AuthorizationHeaderMalformed', 400, 'The authorization header is malformed.'],
    unknownKey: ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
    wrongToken: ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'],
    mismatch: [
      'SignatureDoesNotMatch',
      403,
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ],
    expiredToken: ['ExpiredToken', 400, 'The provided token has expired.'],
    skewed: ['RequestTimeTooSkewed', 403, 'The difference between the request time and the current time is too large.'],
    expired: ['AccessDenied', 403, 'Request has expired'],
  },
};

/** A refusal before its protocol is known to matter: `fault` words it. */
export class Refusal extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, detail = '') {
    super(detail);
    this.reason = reason;
  }

  /** The fault that a client of this protocol understands. */
  fault(protocol: Protocol): Fault {
    const [code, status, message] = WORDINGS[protocol][this.reason];
    return new Fault(code, this.message ? `${message} ${this.message}` : message, status);
  }
}

/** The fault for a caller who may not do this, as the protocol words it. */
export function notAuthorized(protocol: Protocol, arn: string, action: string, resource: string, why: string): Fault {
  const sentence = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  if (protocol === 'ec2') {
    return new Fault('UnauthorizedOperation', `You are not authorized to perform this operation. ${sentence}`, 403);
  }
  return protocol === 'json' ? new Fault('AccessDeniedException', sentence) : new Fault('AccessDenied', sentence, 403);
}
