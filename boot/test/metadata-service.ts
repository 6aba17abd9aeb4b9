import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one request: each is used up by the request that meets it. */
export type Trouble =
  | { kind: 'status'; status: number }
  /** The connection is cut without an answer. */
  | { kind: 'drop' }
  /** The connection is cut in the middle of the answer. */
  | { kind: 'truncate' }
  /** The answer takes this many milliseconds. */
  | { kind: 'slow'; milliseconds: number }
  /** Every token issued so far is forgotten. */
  | { kind: 'expire' };

export interface Metadata {
  /** Undefined is answered by 404, as where an instance was launched without. */
  userData?: Buffer;
  /** Everything below /latest/meta-data/. */
  paths: Record<string, string>;
  /** IMDS turned off: 403 for everything. */
  disabled: boolean;
  troubles: Trouble[];
}

/** An IMDS that speaks version 2 only, and has trouble on order. */
export async function startMetadataService(metadata: Metadata, host = '127.0.0.1', port = 0) {
  let tokens = new Set<string>();
  const requests: string[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    requests.push(`${request.method} ${request.url}`);
    const send = (status: number, body: Buffer | string = '') => response.writeHead(status).end(body);
    const trouble = metadata.troubles.shift();
    if (trouble?.kind === 'drop') return request.socket.destroy();
    if (trouble?.kind === 'status') return send(trouble.status);
    if (trouble?.kind === 'expire') tokens = new Set();
    if (trouble?.kind === 'slow') await new Promise(resolve => setTimeout(resolve, trouble.milliseconds));
    if (trouble?.kind === 'truncate') {
      response.writeHead(200, { 'content-length': 1000 });
      return response.write('only the beg', () => request.socket.destroy());
    }
    if (metadata.disabled) return send(403);
    if (request.url === '/latest/api/token') {
      if (request.method !== 'PUT') return send(405);
      if (!Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds'])) return send(400);
      const token = `token-${tokens.size}-${Math.random()}==`;
      tokens.add(token);
      return send(200, token);
    }
    if (!tokens.has(String(request.headers['x-aws-ec2-metadata-token']))) return send(401);
    if (request.url === '/latest/user-data') {
      return metadata.userData === undefined ? send(404) : send(200, metadata.userData);
    }
    const found = metadata.paths[request.url?.replace('/latest/meta-data/', '') ?? ''];
    return found === undefined ? send(404) : send(200, found);
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    address: `http://${host}:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise(resolve => server.close(resolve));
    },
  };
}

/** An ordinary instance in us-east-1 with a role. */
export function ordinaryMetadata(userData?: string | Buffer): Metadata {
  return {
    ...(userData !== undefined && { userData: Buffer.from(userData) }),
    disabled: false,
    troubles: [],
    paths: {
      'placement/region': 'us-east-1',
      'placement/availability-zone': 'us-east-1a',
      'services/domain': 'amazonaws.com',
      'iam/security-credentials/': 'worker',
      'iam/security-credentials/worker': JSON.stringify({ Code: 'Success', ...ROLE_CREDENTIALS }),
    },
  };
}

/** What IMDS hands out and the object store accepts; invented for these tests. */
export const ROLE_CREDENTIALS = {
  AccessKeyId: 'ASIATESTTESTTESTTEST',
  SecretAccessKey: 'a/secret+of/the+tests',
  Token: 'session+token/of/the/tests==',
};
