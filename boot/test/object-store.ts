import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { ROLE_CREDENTIALS } from './metadata-service.ts';

/** What goes wrong with a request for an object, as often as `times` says (for ever without it). */
export interface StoreTrouble {
  status: number;
  code: string;
  /** In the error document and as x-amz-bucket-region. */
  region?: string;
  truncate?: boolean;
  times?: number;
}

export interface Certificate {
  key: Buffer;
  cert: Buffer;
}

export interface Store {
  /** Contents by bucket/key, the key as its owner spells it. */
  objects: Record<string, string>;
  troubles: Record<string, StoreTrouble>;
}

const REGION = 'us-east-1';
const HOST = `s3.${REGION}.amazonaws.com`;

/** An S3 of us-east-1 that checks signatures with AWS's own library, which is not the one that made them. */
export async function startObjectStore(store: Store, certificate = newCertificate(), host = '127.0.0.1', port = 0) {
  const requests: string[] = [];
  const server = createServer(certificate, (request, response) => void answer(request, response, store, requests));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    authorities: certificate.cert,
    close: () => {
      server.closeAllConnections();
      return new Promise(resolve => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, store: Store, requests: string[]) {
  const host = request.headers.host ?? '';
  const bucket = host === HOST ? '' : `/${host.replace(`.${HOST}`, '')}`;
  const name = decodeURIComponent(`${bucket}${request.url}`.slice(1));
  requests.push(name);
  const fail = (status: number, code: string, region?: string) => {
    const headers = region === undefined ? {} : { 'x-amz-bucket-region': region };
    const inner = region === undefined ? '' : `<Region>${region}</Region>`;
    response.writeHead(status, headers);
    response.end(`<Error><Code>${code}</Code><Message>In words: ${code}</Message>${inner}</Error>`);
  };
  if (!(await isSignedProperly(request))) return fail(403, 'SignatureDoesNotMatch');
  const trouble = store.troubles[name];
  if (trouble !== undefined && (trouble.times ?? 1) > 0) {
    if (trouble.times !== undefined) trouble.times--;
    if (!trouble.truncate) return fail(trouble.status, trouble.code, trouble.region);
    response.writeHead(200, { 'content-length': 1000 });
    return response.write('# only the beginning\n', () => request.socket.destroy());
  }
  const content = store.objects[name];
  if (content === undefined) return fail(404, 'NoSuchKey');
  response.writeHead(200).end(content);
}

async function isSignedProperly(request: IncomingMessage): Promise<boolean> {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken } = ROLE_CREDENTIALS;
  const signed = /SignedHeaders=([^,]+)/.exec(request.headers.authorization ?? '')?.[1]?.split(';') ?? [];
  const date = String(request.headers['x-amz-date']);
  const signer = new SignatureV4({
    service: 's3',
    region: REGION,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const copy = await signer.sign(
    {
      method: request.method ?? '',
      protocol: 'https:',
      hostname: request.headers.host ?? '',
      path: request.url ?? '',
      headers: Object.fromEntries(signed.map(name => [name, String(request.headers[name])])),
    },
    { signingDate: new Date(date.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z')) },
  );
  return copy.headers.authorization === request.headers.authorization;
}

/** A certificate, its own authority, for the names that S3 has in us-east-1. */
export function newCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'lava-boot-test-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = `subjectAltName=DNS:${HOST},DNS:*.${HOST}`;
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ];
    execFileSync('openssl', [...request, '-subj', '/CN=s3', '-addext', names, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
