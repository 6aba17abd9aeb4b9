import { createServer, request } from 'node:http';
import { connect, type Server } from 'node:net';
import { pipeline } from 'node:stream';
import { getExtensionData, readTlsClientHello } from 'read-tls-client-hello';
import { isAwsHost } from '../endpoint/aws-hosts.ts';
import { carry } from './carry.ts';
import type { PackageCache } from './package-cache.ts';
import { fromGateway, httpFromGateway } from './source-address.ts';

/** What machines send to port 80: to AWS it goes to the cloud's endpoint, elsewhere to that host, as the host reaches it. */
export function httpWayOut(endpointSocket: string, packages: PackageCache): Server {
  const http = createServer((incoming, answer) => {
    const asked = URL.parse(`http://${incoming.headers.host}`);
    if (!incoming.headers.host || !asked) {
      answer.writeHead(400).end('The request does not say which host it is for.\n');
      return;
    }
    const { hostname, port } = asked;
    const isAws = isAwsHost(hostname); // whose objects may change, and need permission
    if (!isAws && packages.answer(incoming, answer)) return;
    const target = isAws ? { socketPath: endpointSocket } : { host: hostname, port: port || 80 };
    const { method, url: path, headers } = incoming;
    const outgoing = request({ ...target, method, path, headers }, reply => {
      if (!isAws) packages.keep(incoming, reply);
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      pipeline(reply, answer, () => {}); // a reply cut short is passed on cut short
    });
    outgoing.on('error', error => {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end(`${error.message}\n`);
    });
    answer.on('close', () => outgoing.destroy());
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
      carry(socket, isAwsHost(serverName) ? connect(endpointSocket) : connect(443, serverName));
    } catch {
      socket.destroy();
    }
  });
}
