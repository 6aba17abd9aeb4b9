import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';
import { createPackageCache } from './package-cache.ts';
import { httpWayOut, tlsWayOut } from './way-out.ts';

const BIG = Buffer.alloc(3_000_000, 'x');
/** Of tests that wait for what another side does, in milliseconds. */
const PATIENCE = { timeout: 20_000 };

let folder: string;
let open: Server[];
/** Requests that reached a host outside; it answers with BIG, and with a part of it to `/cut`. */
let seen: IncomingMessage[];
/** Cuts the answer to `/cut` short. */
let cut: (() => void) | undefined;
let host: string;

const pathOf = (name: string) => join(folder, name);
const keptPackages = () => readdirSync(pathOf('packages'));

beforeEach(async () => {
  folder = temporaryFolder('way-out-');
  open = [];
  seen = [];
  cut = undefined;
  const outside = createHttpServer((incoming, answer) => {
    seen.push(incoming);
    answer.writeHead(200, { 'content-length': BIG.length });
    if (!incoming.url?.startsWith('/cut')) return void answer.end(BIG);
    answer.write(BIG.subarray(0, 1000));
    cut = () => answer.destroy();
  });
  await listen(outside, 0);
  host = `localhost:${(outside.address() as AddressInfo).port}`;
  await listen(httpWayOut(pathOf('endpoint'), createPackageCache(pathOf('packages'))), pathOf('http'));
  await listen(tlsWayOut(pathOf('endpoint')), pathOf('tls'));
});

afterEach(() => {
  for (const server of open) server.close();
});

async function listen(server: Server, where: string | number): Promise<void> {
  if (typeof where === 'number') server.listen(where, 'localhost');
  else server.listen(where);
  open.push(server);
  await once(server, 'listening');
}

/** Connects as a machine does: the gateway says first where the connection comes from. */
function asMachine(socket: string) {
  const connection = connect(pathOf(socket));
  connection.write('10.77.0.10\n');
  return connection;
}

function get(path: string, headers: OutgoingHttpHeaders): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const asking = request({ path, headers, createConnection: () => asMachine('http') }, async reply => {
      cut?.(); // once its head is here
      try {
        const parts: Buffer[] = [];
        for await (const part of reply) parts.push(part);
        resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(parts) });
      } catch (error) {
        reject(error);
      }
    });
    asking.on('error', reject).end();
  });
}

it('carries a request to the host that it names', async () => {
  const { status, body } = await get('/some/file', { host });
  expect(status).toBe(200);
  expect(body.equals(BIG)).toBe(true);
  expect(seen.map(({ url, headers }) => [url, headers.host])).toEqual([['/some/file', host]]);
});

it('carries what is meant for AWS to the endpoint, each time, as objects may change', async () => {
  let asked = 0;
  const endpoint = createHttpServer(({ headers }, answer) => {
    const body = `${headers.host}, request ${++asked}`;
    answer.writeHead(200, { 'content-length': body.length }).end(body);
  });
  await listen(endpoint, pathOf('endpoint'));
  for (const number of [1, 2]) {
    const { body } = await get('/x.rpm', { host: 'bucket.s3.amazonaws.com' });
    expect(body.toString()).toBe(`bucket.s3.amazonaws.com, request ${number}`);
    expect(keptPackages()).toEqual([]);
  }
});

it('says that a host can not be reached', async () => {
  expect(await get('/', { host: 'no-such-host.invalid' })).toMatchObject({ status: 502 });
});

it.each(['[', 'a b', ''])('survives the host %j', async wrong => {
  const machine = asMachine('http');
  machine.write(`GET / HTTP/1.1\r\nhost: ${wrong}\r\nconnection: close\r\n\r\n`);
  const [answer] = await once(machine, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 400 /);
  machine.destroy();
  expect(await get('/', { host })).toMatchObject({ status: 200 });
});

it('fetches a package once', async () => {
  for (const _ of [1, 2, 3]) {
    const { body } = await get('/pool/p_1.0_amd64.deb', { host });
    expect(body.equals(BIG)).toBe(true);
    await vi.waitFor(() => expect(keptPackages()).toEqual([expect.stringMatching(/^[0-9a-f]+$/)]), PATIENCE);
  }
  expect(seen).toHaveLength(1);
});

it.each(['/dists/Packages.gz', '/pool/p.deb?x=1'])('fetches %s each time', async path => {
  await get(path, { host });
  await get(path, { host });
  expect(seen).toHaveLength(2);
});

it('cuts short what was cut short, and keeps nothing of it', async () => {
  await expect(get('/cut.deb', { host })).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  await vi.waitFor(() => expect(keptPackages()).toEqual([]), PATIENCE);
  await expect(get('/cut.deb', { host })).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  expect(seen).toHaveLength(2);
});

/** The first message of a TLS client that names a host, or does not. */
async function clientHello(servername?: string): Promise<Buffer> {
  const socket = join(folder, 'hello');
  const listener = createServer();
  await listen(listener, socket);
  const client = connectTls({ path: socket, ...(servername && { servername }) }).on('error', () => {});
  const [connection] = await once(listener, 'connection');
  const [hello] = await once(connection, 'data');
  client.destroy();
  listener.close();
  return hello;
}

it('carries TLS for AWS to the endpoint, both ways, whole and unchanged', async () => {
  const hello = await clientHello('sts.us-east-1.amazonaws.com');
  const heard: Buffer[] = [];
  const endpoint = createServer(socket => {
    socket.on('data', data => {
      heard.push(data);
      socket.end(BIG);
    });
  });
  await listen(endpoint, pathOf('endpoint'));
  const machine = asMachine('tls');
  machine.write(hello);
  const answer: Buffer[] = [];
  for await (const part of machine) answer.push(part);
  expect(Buffer.concat(answer).equals(BIG)).toBe(true);
  expect(Buffer.concat(heard).equals(hello)).toBe(true);
});

it('closes what is no TLS, or does not name its host', async () => {
  for (const words of [Buffer.from('GET / HTTP/1.0\r\n\r\n'), await clientHello()]) {
    const machine = asMachine('tls');
    machine.on('error', () => {});
    machine.write(words);
    await once(machine, 'close');
  }
});
