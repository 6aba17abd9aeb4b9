import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { createS3 } from '../s3/s3.ts';
import type { Faults, Service } from '../service.ts';
import type { State } from '../state.ts';
import { type ApiLog, openApiLog } from './api-log.ts';
import { isAwsHost } from './aws-hosts.ts';
import { type CertificateAuthority, openCertificateAuthority } from './certificate-authority.ts';
import { findKey, operatorCredentials } from './credentials.ts';
import { addProxy } from './proxy.ts';
import { answerRequest, type RequestContext } from './request.ts';

export interface EndpointOptions {
  /** Where the cloud keeps everything; may be missing. */
  folder: string;
  state: State;
  services: Record<string, Service>;
  faults: Faults;
  /** One line for the operator to read. */
  log(line: string): void;
  /** TCP port on 127.0.0.1; 0 or nothing for any that is free. */
  port?: number;
}

export interface Endpoint {
  /** On 127.0.0.1: the AWS APIs over HTTP, and an HTTPS proxy that answers for AWS's host names. */
  port: number;
  /** Unix sockets with the same APIs, for the network of the instances. */
  httpSocket: string;
  tlsSocket: string;
  /** PEM file: our certificate authority and all that this host trusts. */
  caBundle: string;
  /** PEM file: our certificate authority alone. */
  caCertificate: string;
  close(): Promise<void>;
}

/** Starts to answer the AWS APIs. Throws when the port is taken or a socket's path is too long. */
export async function createEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true });
  const authority = await openCertificateAuthority(folder);
  const apiLog = openApiLog(folder);
  const answer = requestListener({ ...options, folder }, apiLog);
  const http = [tuned(createServer(answer)), tuned(createServer(answer))] as const;
  const tls = tuned(createTlsServer({ SNICallback: certificateChooser(authority) }, answer));
  const cutTunnels = addProxy(http[0], socket => void tls.emit('connection', socket));
  const httpSocket = socketPath(folder, 'http.sock');
  const tlsSocket = socketPath(folder, 'tls.sock');
  const close = async () => {
    cutTunnels();
    await Promise.all([...http, tls].map(closeServer));
    apiLog.close();
  };
  try {
    await listen(http[0], { port: options.port ?? 0, host: '127.0.0.1' });
    await listen(http[1], { path: httpSocket });
    await listen(tls, { path: tlsSocket });
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = http[0].address() as AddressInfo;
  const { bundleFile, certificateFile } = authority;
  return { port, httpSocket, tlsSocket, caBundle: bundleFile, caCertificate: certificateFile, close };
}

function requestListener({ folder, state, services, faults, log }: EndpointOptions, apiLog: ApiLog): RequestListener {
  const operator = operatorCredentials(folder);
  const context: RequestContext = {
    services,
    state,
    faults,
    s3: createS3({ folder, state }),
    findKey: accessKeyId => findKey(accessKeyId, operator, state.sessions),
    apiLog,
    log,
    newRequestId: randomUUID,
  };
  return (request: IncomingMessage, response: ServerResponse) => void answerRequest(context, request, response);
}

/** Long uploads take what they take, and an idle connection outlives the pauses of a client that polls. */
function tuned<S extends Server>(server: S): S {
  server.requestTimeout = 0;
  server.keepAliveTimeout = 120_000;
  return server;
}

type ChooseCertificate = (
  host: string,
  done: (error: Error | null, context?: Awaited<ReturnType<CertificateAuthority['contextFor']>>) => void,
) => void;

function certificateChooser(authority: CertificateAuthority): ChooseCertificate {
  return (host, done) => {
    if (!isAwsHost(host)) return done(new Error(`The local cloud has no certificate for ${host}`));
    authority.contextFor(host).then(
      context => done(null, context),
      error => done(error),
    );
  };
}

/** A Unix socket's path has 107 bytes at most; a longer one would be cut silently. */
function socketPath(folder: string, name: string): string {
  const path = join(folder, name);
  if (Buffer.byteLength(path) > 107) {
    throw new Error(`The path ${path} is too long for a socket (107 bytes at most): use a folder with a shorter path.`);
  }
  rmSync(path, { force: true });
  return path;
}

function listen(server: Server, where: { port: number; host: string } | { path: string }): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(where, () => {
      server.off('error', failed);
      done();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise(done => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
