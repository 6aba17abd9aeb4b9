import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningEndpoint, runEndpoint } from './running-endpoint.ts';

let endpoint: RunningEndpoint;
beforeAll(async () => {
  endpoint = await runEndpoint();
});
afterAll(() => endpoint.remove());

/** Asks the proxy for a connection: the status of its answer, and the connection. */
function tunnel(path: string): Promise<{ status: number; socket: Socket }> {
  return new Promise((done, failed) => {
    request({ host: '127.0.0.1', port: endpoint.port, method: 'CONNECT', path })
      .on('connect', (response, socket) => done({ status: response.statusCode ?? 0, socket }))
      .on('error', failed)
      .end();
  });
}

const get = (host: string) => `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

it('answers for AWS’s hosts itself, with a certificate of its own', async () => {
  const host = 'bucket.with.dots.s3.us-east-1.amazonaws.com';
  const { status, socket } = await tunnel(`${host}:443`);
  expect(status).toBe(200);
  const tls = connectTls({ socket, servername: host, ca: readFileSync(endpoint.caCertificate) });
  tls.write(get(host));
  expect(await text(tls)).toMatch(/^HTTP\/1.1 403.*<Code>AccessDenied<\/Code>/s);
});

it('does the same on the socket for instances', async () => {
  const host = 'ec2.us-east-1.amazonaws.com';
  const socket = connectTcp(endpoint.tlsSocket);
  const tls = connectTls({ socket, servername: host, ca: readFileSync(endpoint.caCertificate) });
  tls.write(get(host));
  expect(await text(tls)).toContain('<Code>AuthFailure</Code>');
});

it('has no certificate for the hosts of others', async () => {
  const socket = connectTcp(endpoint.tlsSocket);
  const tls = connectTls({ socket, servername: 'example.org', ca: readFileSync(endpoint.caCertificate) });
  await expect(once(tls, 'secureConnect')).rejects.toThrow();
});

it('leads every other connection to its own host, unchanged', async () => {
  const server = createServer((_request, response) => response.end('from the host itself'));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const { status, socket } = await tunnel(`127.0.0.1:${port}`);
  expect(status).toBe(200);
  socket.write(get('127.0.0.1'));
  expect(await text(socket)).toContain('from the host itself');
  server.close();
});

it('says so when a host cannot be reached, a target cannot be read, or AWS is asked for on another port', async () => {
  const closed = createServer();
  await new Promise<void>(done => closed.listen(0, '127.0.0.1', done));
  const { port } = closed.address() as AddressInfo;
  await new Promise(done => closed.close(done));
  for (const [target, expected] of [
    [`127.0.0.1:${port}`, 502],
    ['nonsense', 400],
    ['ec2.us-east-1.amazonaws.com:80', 403],
  ] as const) {
    const { status, socket } = await tunnel(target);
    expect(status).toBe(expected);
    socket.destroy();
  }
});

it('cuts its tunnels when the endpoint closes', async () => {
  const own = await runEndpoint();
  const server = createServer();
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const socket = await new Promise<Socket>(done => {
    const path = `127.0.0.1:${port}`;
    request({ host: '127.0.0.1', port: own.port, method: 'CONNECT', path })
      .on('connect', (_r, s) => done(s))
      .end();
  });
  const closed = once(socket, 'close');
  socket.resume();
  await own.remove();
  await closed;
  server.close();
});
