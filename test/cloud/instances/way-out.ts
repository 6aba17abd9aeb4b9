import { createServer, request } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import { getExtensionData, readTlsClientHello } from 'read-tls-client-hello';
import { fromGateway, httpFromGateway } from './source-address.ts';

const AWS = /(^|\.)amazonaws\.com(\.cn)?$/i;

/** What machines send to port 80: to AWS it goes to the cloud's endpoint, elsewhere to that host, as the host reaches it. */
export function httpWayOut(endpointSocket: string): Server {
  const http = createServer((incoming, answer) => {
    const { hostname, port } = new URL(`http://${incoming.headers.host ?? 'unknown'}`);
    const target = AWS.test(hostname) ? { socketPath: endpointSocket } : { host: hostname, port: port || 80 };
    const { method, url: path, headers } = incoming;
    const outgoing = request({ ...target, method, path, headers }, reply => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    outgoing.on('error', error => {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end(`${error.message}\n`);
    });
    incoming.pipe(outgoing);
  });
  return httpFromGateway(http);
}

/** The same for port 443, where the name of the host is read from the first TLS message, and no byte is changed. */
export function tlsWayOut(endpointSocket: string): Server {
  return fromGateway(async socket => {
    try {
      const serverName = getExtensionData(await readTlsClientHello(socket), 'sni')?.serverName;
      if (!serverName) throw new Error('a TLS client that does not name its host');
      carry(socket, AWS.test(serverName) ? connect(endpointSocket) : connect(443, serverName));
    } catch {
      socket.destroy();
    }
  });
}

/** Joins two connections: what one says the other hears, and they end together. */
export function carry(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  const end = () => {
    one.destroy();
    other.destroy();
  };
  for (const socket of [one, other]) socket.on('error', end).on('close', end);
}
