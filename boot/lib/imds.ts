import { Agent, request } from 'node:http';
import { bootAge } from './boot-age.ts';
import { type Answer, exchange } from './exchange.ts';
import { Failure } from './failure.ts';
import { Passing, retry } from './retry.ts';

const ADDRESS = 'http://169.254.169.254';
/** Seconds; the longest AWS allows is 21600, and no boot script needs more than a few minutes. */
const TOKEN_TTL = 300;
/** Milliseconds for one question; a lost packet of the handshake is sent again after 1, 3 and 7 s. */
const ATTEMPT_TIMEOUT = 10_000;
/** IMDS may be up to 120 s late after boot; a little longer lets the answer that comes last still be heard. */
const BOOT_WINDOW = 130_000;
const LEAST_PATIENCE = 20_000;
/** User data, the longest answer, has at most 16 KiB. */
const LONGEST_ANSWER = 256 * 1024;

/** The instance was launched without IMDS, or it was turned off later. */
export class ImdsDisabled extends Failure {
  constructor() {
    super('IMDS is turned off for this instance (HttpEndpoint=disabled), so there is no user data to obey');
  }
}

/**
 * The instance metadata service, version 2 only. Its token is kept until it is refused. Proxy variables don't apply:
 * an agent of our own never looks at them. `address` and `patience` (ms for one question) are for tests.
 */
export class Imds {
  readonly #address: string;
  readonly #patience: number | undefined;
  readonly #agent = new Agent({ keepAlive: true });
  #token: string | undefined;

  constructor({ address = ADDRESS, patience }: { address?: string; patience?: number } = {}) {
    this.#address = address;
    this.#patience = patience;
  }

  /**
   * The answer to GET /latest/PATH, or undefined when there is none (404). Lateness, 429, 5xx and broken connections
   * are waited out; throws ImdsDisabled, or a Failure when IMDS stays out of reach or refuses the question.
   */
  get(path: string): Promise<Buffer | undefined> {
    const patience = this.#patience ?? Math.max(LEAST_PATIENCE, BOOT_WINDOW - bootAge() * 1000);
    return retry(`IMDS, ${path}`, patience, remaining => this.#ask(path, remaining));
  }

  /** get() as text without white space around it. */
  async text(path: string): Promise<string | undefined> {
    return (await this.get(path))?.toString('utf8').trim();
  }

  async #ask(path: string, remaining: number): Promise<Buffer | undefined> {
    this.#token ??= await this.#newToken(remaining);
    const answer = await this.#send('GET', path, { 'x-aws-ec2-metadata-token': this.#token }, remaining);
    if (answer.status === 200) return answer.body;
    if (answer.status === 404) return undefined;
    if (answer.status === 401) {
      this.#token = undefined;
      throw new Passing('the session token was refused (401)');
    }
    throw refusal(answer, path);
  }

  async #newToken(remaining: number): Promise<string> {
    const answer = await this.#send(
      'PUT',
      'api/token',
      { 'x-aws-ec2-metadata-token-ttl-seconds': `${TOKEN_TTL}`, 'content-length': '0' },
      remaining,
    );
    const token = answer.body.toString('latin1').trim();
    if (answer.status === 200 && /^[\x21-\x7e]+$/.test(token)) return token;
    if (answer.status === 200) throw new Passing('the session token is malformed');
    throw refusal(answer, 'api/token');
  }

  async #send(method: string, path: string, headers: Record<string, string>, remaining: number): Promise<Answer> {
    const question = request(`${this.#address}/latest/${path}`, { method, headers, agent: this.#agent });
    try {
      return await exchange(question, { timeout: Math.min(ATTEMPT_TIMEOUT, remaining), limit: LONGEST_ANSWER });
    } catch (error) {
      throw new Passing((error as Error).message);
    }
  }
}

function refusal({ status }: Answer, path: string): Error {
  if (status === 403) return new ImdsDisabled();
  if (status === 429 || status >= 500) return new Passing(`it answered ${status}`);
  return new Failure(`IMDS, ${path}: it answered ${status}, which is neither an answer nor a passing trouble`);
}
