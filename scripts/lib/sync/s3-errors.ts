import { explainAwsError, isThrottled } from '../aws/errors.ts';

interface S3Error extends Error {
  /** Where S3 redirects to, in its own words. */
  Endpoint?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
}

/** One sentence for an error of S3, or of what stands before it; nothing for any other error. */
export function explainS3Error(error: unknown): string | undefined {
  return byStatus(error) ?? explainAwsError(error);
}

/** What the HTTP status tells where S3 says nothing else, as a HEAD never does; nothing where S3 gives a reason. */
export function byStatus(error: unknown): string | undefined {
  if (!(error instanceof Error) || isThrottled(error)) return undefined;
  const { name, message, Endpoint, $metadata, $response } = error as S3Error;
  const status = $metadata?.httpStatusCode;
  if (!status) return undefined;
  const hasReason = !['Unknown', 'UnknownError', 'Error', 'SyntaxError', String(status)].includes(name);
  const said = hasReason ? `HTTP ${status}, ${name}: ${message}` : `HTTP ${status}`;
  const region = $response?.headers?.['x-amz-bucket-region'];
  const place = Endpoint ?? $response?.headers?.location;
  const where = place ? `, to ${place}` : '';
  if (status === 301 && region)
    return `The bucket lies in the region ${region}, and S3 redirects there (${said}${where}).`;
  if (status === 307)
    return `S3 redirects the bucket for now, as it does after one was made; try again later (${said}${where}).`;
  if (status >= 300 && status < 400) {
    return `What answered redirects to another place (${said}${where}). Is the region right, or a proxy in between?`;
  }
  if (status === 503) return `S3 is not available or too busy; try again in a minute (${said}).`;
  if (status >= 500) return `S3 could not do it, for reasons of its own; try again in a minute (${said}).`;
  if (hasReason) return undefined;
  if (status < 300) return notS3(`HTTP ${status}: ${firstLine(message)}`);
  return `S3 refused a call and did not say why (${said}).`;
}

/** For an answer that S3 does not give. */
export function notS3(what: string): string {
  return `What answered is not S3 (${what}). Is a proxy in between (HTTPS_PROXY), or another endpoint set?`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
