import type { IncomingMessage, Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { isAwsHost } from './aws-hosts.ts';

/**
 * Makes a server an HTTPS proxy as well: connections to AWS's APIs go to `terminate`, all others to their own host,
 * unchanged, so that package sources and the like keep working. Gives the function that cuts what is still open.
 */
export function addProxy(server: Server, terminate: (socket: Socket) => void): () => void {
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    keep(client);
    client.on('error', () => client.destroy());
    const target = parseTarget(request.url ?? '');
    if (!target) return client.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    if (isAwsHost(target.host)) {
      if (target.port !== 443) return client.end('HTTP/1.1 403 The local cloud serves AWS on port 443 only\r\n\r\n');
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) client.unshift(head);
      return terminate(client);
    }
    const upstream = connect(target.port, target.host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) upstream.write(head);
      client.pipe(upstream).pipe(client);
    });
    keep(upstream);
    upstream.on('error', error => {
      const answered = client.bytesWritten > 0;
      client.end(answered ? '' : `HTTP/1.1 502 ${target.host} cannot be reached\r\n\r\n${error.message}\n`);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroySoon());
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}

/** `host:443` or `[::1]:443`. */
function parseTarget(authority: string): { host: string; port: number } | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:.]+)\]|([^:/[\]]+)):(\d{1,5})$/i.exec(authority) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host && port > 0 && port < 65_536 ? { host, port } : undefined;
}
