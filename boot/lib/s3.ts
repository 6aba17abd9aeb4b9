import { existsSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { sign } from 'aws4';
import { type Answer, exchange } from './exchange.ts';
import { Failure } from './failure.ts';
import type { Credentials } from './instance-credentials.ts';
import { plainLine } from './plain-line.ts';
import { Passing, retry } from './retry.ts';
import { encodeKey } from './s3-url.ts';

/** Milliseconds for one object with all its retries. */
const PATIENCE = 30_000;
const ATTEMPT_TIMEOUT = 10_000;
const LONGEST_OBJECT = 1024 * 1024;
/** At most this many objects at a time. */
const CONNECTIONS = 4;

/** The operating system's certificate authorities: Red Hat's family, Debian's. Node's own list knows no private ones. */
const AUTHORITIES = ['/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/certs/ca-certificates.crt'];

export interface S3Options {
  region: string;
  /** The partition's domain, such as amazonaws.com. */
  domain: string;
  credentials: Credentials;
  /** For tests: certificate authorities in PEM, patience in ms, and an address to connect to in place of S3's. */
  authorities?: Buffer;
  patience?: number;
  connectTo?: { address: string; port: number };
}

/** Reads small objects from the S3 of one region. */
export class S3 {
  readonly options: S3Options;
  readonly #agent: Agent;

  constructor(options: S3Options) {
    this.options = options;
    const ca = options.authorities ?? systemAuthorities();
    this.#agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ...(ca && { ca }) });
  }

  /**
   * The object's bytes. Throttling, 5xx and broken connections are retried for 30 s; a Failure says what else S3
   * answered, and how to mend it where that is known.
   */
  get(bucket: string, key: string): Promise<Buffer> {
    return retry('S3', this.options.patience ?? PATIENCE, remaining => this.#ask(bucket, key, remaining));
  }

  async #ask(bucket: string, key: string, remaining: number): Promise<Buffer> {
    const { region, domain, credentials, connectTo } = this.options;
    const regional = `s3.${region}.${domain}`;
    // The certificate's wildcard covers one label, so a bucket with dots can only be named in the path.
    const [host, path] = bucket.includes('.') ? [regional, `/${bucket}/`] : [`${bucket}.${regional}`, '/'];
    const question = sign(
      { service: 's3', region, method: 'GET', host, path: path + encodeKey(key), headers: { Host: host } },
      credentials,
    );
    let answer: Answer;
    try {
      const get = request({
        host: connectTo?.address ?? host,
        port: connectTo?.port ?? 443,
        servername: host,
        path: question.path,
        headers: question.headers,
        agent: this.#agent,
      });
      answer = await exchange(get, { timeout: Math.min(ATTEMPT_TIMEOUT, remaining), limit: LONGEST_OBJECT });
    } catch (error) {
      throw new Passing((error as Error).message);
    }
    if (answer.status === 200) return answer.body;
    throw refusal(answer, bucket, region);
  }
}

/** An S3 error in words. Only code and message are taken: the rest of the document holds what was signed. */
function refusal({ status, headers, body }: Answer, bucket: string, region: string): Error {
  const xml = body.toString('utf8');
  const code = element(xml, 'Code') ?? `status ${status}`;
  if (status === 429 || status >= 500 || code === 'RequestTimeout') return new Passing(`S3 answered ${code}`);
  const other = headers['x-amz-bucket-region'] ?? element(xml, 'Region');
  if ((status < 400 || code === 'AuthorizationHeaderMalformed') && other !== undefined && other !== region) {
    return new Failure(`the bucket ${bucket} is in ${plainLine(String(other), 40)}, the instance in ${region}`);
  }
  return new Failure(`${EXPLANATIONS[code] ?? plainLine(element(xml, 'Message') ?? 'S3 refused', 200)} (${code})`);
}

const EXPLANATIONS: Record<string, string> = {
  NoSuchKey: 'there is no such object',
  NoSuchBucket: 'there is no such bucket',
  AccessDenied:
    "the instance's role may not read it (s3:GetObject; kms:Decrypt where the bucket uses a key), or it does not exist",
  RequestTimeTooSkewed: "the instance's clock is wrong",
  InvalidObjectState: 'the object is archived and must be restored first',
};

function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

function systemAuthorities(): Buffer | undefined {
  const file = AUTHORITIES.find(path => existsSync(path));
  return file === undefined ? undefined : readFileSync(file);
}
