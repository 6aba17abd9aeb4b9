/** The domains of AWS's own APIs: what the local cloud answers itself and lets nobody reach for real. */
const DOMAINS = ['amazonaws.com', 'amazonaws.com.cn', 'api.aws'];

/** True for a host name of an AWS API, such as `ec2.us-east-1.amazonaws.com` or `bucket.s3.amazonaws.com`. */
export function isAwsHost(host: string): boolean {
  const name = host.toLowerCase();
  return /^[a-z0-9._-]+$/.test(name) && DOMAINS.some(domain => name.endsWith(`.${domain}`));
}
