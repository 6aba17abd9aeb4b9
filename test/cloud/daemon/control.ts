import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

// How commands talk to the daemon: HTTP on a socket in the cloud's folder. An answer is a series of JSON documents, one
// a line: any number of `progress`, then exactly one of the others.

export interface Progress {
  progress: string;
}

/** What an answer ends with. */
export type Outcome =
  | { ready: { port: number; caBundle: string } }
  | { status: { pid: number; port: number; startedAt: string } }
  | { stopped: true }
  | { failed: string };

/** Answers one command; `tell` sends a line of progress. */
export type Handler = (options: URLSearchParams, tell: (line: string) => void) => Promise<Outcome>;

export interface ControlServer {
  /** Takes no more commands; those that wait still get their answer. */
  close(): void;
}

/** Answers the commands of a table, named by their path: `/enter`. */
export async function listenForCommands(folder: string, handlers: Record<string, Handler>): Promise<ControlServer> {
  const server = createServer((message, response) => void answer(handlers, message, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(controlSocket(folder), resolve);
  });
  return { close: () => void server.close() };
}

/** Sends a command to the daemon of a folder. Resolves with nothing when there is no daemon, or when it died. */
export function sendCommand(
  folder: string,
  path: string,
  onProgress: (line: string) => void = () => {},
): Promise<Outcome | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: controlSocket(folder), path, method: 'POST' }, response => {
      let outcome: Outcome | undefined;
      createInterface({ input: response })
        .on('line', line => {
          const message: Progress | Outcome = JSON.parse(line);
          if ('progress' in message) onProgress(message.progress);
          else outcome = message;
        })
        .on('close', () => resolve(outcome));
      response.on('error', () => resolve(outcome));
    });
    call.on('error', error => {
      const gone = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (gone) resolve(undefined);
      else reject(error);
    });
    call.end();
  });
}

export function controlSocket(folder: string): string {
  return join(folder, 'control.sock');
}

async function answer(handlers: Record<string, Handler>, message: IncomingMessage, response: ServerResponse) {
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://daemon');
  const send = (line: Progress | Outcome) => void response.write(`${JSON.stringify(line)}\n`);
  const handler = handlers[pathname];
  try {
    send(handler ? await handler(searchParams, progress => send({ progress })) : { failed: `no command ${pathname}` });
  } catch (error) {
    send({ failed: (error as Error).message });
  }
  response.end();
}
