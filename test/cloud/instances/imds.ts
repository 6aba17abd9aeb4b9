import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { Dropped, Fault, type Faults } from '../service.ts';
import type { Instance, State } from '../state.ts';
import { metadataOf } from './metadata.ts';
import { httpFromGateway, sourceOf } from './source-address.ts';

const MAX_TTL = 21_600;
const VERSIONS = ['1.0', '2009-04-04', '2016-09-02', '2018-09-24', '2021-03-23', 'latest'];

export interface ImdsOptions {
  /** The live state; role credentials that are handed out are added to it. */
  state: State;
  changed: () => void;
  faults: Faults;
}

interface Answer {
  status: number;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

/** The instance metadata service, as the EC2 user guide describes it: v2 with tokens, v1 where the instance allows it. */
export function createImds({ state, changed, faults }: ImdsOptions): Server {
  const tokens = new Map<string, { instanceId: string; expires: number }>();

  function answerTo(request: IncomingMessage, instance: Instance): Answer {
    const path = (request.url ?? '/').replace(/\?.*/, '').replace(/\/+$/, '') || '/';
    if (instance.httpEndpoint === 'disabled') return { status: 403 };
    if (path === '/latest/api/token') return issueToken(request, instance);
    if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405 };
    const token = request.headers['x-aws-ec2-metadata-token'];
    if (token === undefined ? instance.httpTokens === 'required' : !isValid(String(token), instance)) {
      return { status: 401 };
    }
    if (path === '/') return { status: 200, body: VERSIONS.join('\n') };
    const [, version = '', ...rest] = path.split('/');
    if (!VERSIONS.includes(version)) return { status: 404 };
    return lookUp(rest, instance);
  }

  function issueToken(request: IncomingMessage, instance: Instance): Answer {
    if (request.method !== 'PUT') return { status: 405 };
    const ttl = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds']);
    if (!Number.isInteger(ttl) || ttl < 1 || ttl > MAX_TTL) return { status: 400 };
    // Requests that came through a proxy are refused, so that an open proxy gives nothing away.
    if (request.headers['x-forwarded-for']) return { status: 403 };
    const token = randomBytes(42).toString('base64');
    for (const [old, { expires }] of tokens) if (expires < Date.now()) tokens.delete(old);
    tokens.set(token, { instanceId: instance.instanceId, expires: Date.now() + ttl * 1000 });
    return { status: 200, body: token, headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(ttl) } };
  }

  function isValid(token: string, instance: Instance): boolean {
    const found = tokens.get(token);
    return found?.instanceId === instance.instanceId && found.expires > Date.now();
  }

  function lookUp([top, ...path]: string[], instance: Instance): Answer {
    if (top === undefined) return { status: 200, body: 'dynamic\nmeta-data\nuser-data' };
    if (top === 'user-data' && path.length === 0) {
      const { userData } = instance;
      return userData ? { status: 200, body: Buffer.from(userData, 'base64') } : { status: 404 };
    }
    let node: unknown = metadataOf(instance, state, changed);
    for (const step of [top, ...path]) node = entryOf(node, step);
    if (node === undefined) return { status: 404 };
    if (typeof node === 'function') return { status: 200, body: node() };
    return { status: 200, body: isFolder(node) ? listing(node) : String(node) };
  }

  const http = createServer(async (request, response) => {
    const source = sourceOf(request.socket);
    const instance = Object.values(state.instances).find(
      ({ privateIp, state: is }) => privateIp === source && is !== 'terminated',
    );
    try {
      await faults.apply('imds', `${request.method} ${request.url}`);
      send(response, instance ? answerTo(request, instance) : { status: 404 });
    } catch (error) {
      if (error instanceof Dropped) request.socket.destroy();
      else if (error instanceof Fault) send(response, { status: error.status, body: error.message });
      else throw error;
    }
  });
  return httpFromGateway(http);
}

function isFolder(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null;
}

function entryOf(node: unknown, name: string): unknown {
  return isFolder(node) && Object.hasOwn(node, name) ? node[name] : undefined;
}

/** A folder's entries, those that are folders themselves with a `/`; the entry of a key has its own form `0=name`. */
function listing(folder: object): string {
  return Object.entries(folder)
    .map(([name, value]) => (isFolder(value) ? `${name}/` : name))
    .join('\n');
}

function send(response: ServerResponse, { status, body = '', headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
