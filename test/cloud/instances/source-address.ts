import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';

const sources = new WeakMap<object, string>();

/** The machine's address that a connection came from, as the gateway told it. */
export function sourceOf(socket: object): string {
  return sources.get(socket) ?? '';
}

/** Takes connections that the gateway carries out; each begins with a line that holds the machine's address. */
export function fromGateway(accept: (socket: Socket) => void): Server {
  return createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', data => {
      const end = data.indexOf('\n');
      sources.set(socket, data.subarray(0, end).toString());
      socket.pause();
      if (data.length > end + 1) socket.unshift(data.subarray(end + 1));
      accept(socket);
    });
  });
}

/** The same for an HTTP server: its requests' sockets know the machine they came from. */
export function httpFromGateway(http: HttpServer): Server {
  return fromGateway(socket => {
    http.emit('connection', socket);
    socket.resume();
  });
}
