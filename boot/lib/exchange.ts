import type { ClientRequest, IncomingHttpHeaders } from 'node:http';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Bounds {
  /** Milliseconds for the whole exchange, from the connection to the last byte. */
  timeout: number;
  /** Bytes of body that are accepted. */
  limit: number;
}

/**
 * Sends a request (of node:http or node:https, without a body) and gives the answer once it is complete. Rejects with
 * a one-line reason when there is none in time, when it is too long, or when the connection breaks before its end.
 */
export function exchange(request: ClientRequest, { timeout, limit }: Bounds): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const give = (reason: string) => {
      clearTimeout(timer);
      reject(new Error(reason));
      request.destroy();
    };
    const timer = setTimeout(() => give(`no complete answer within ${timeout / 1000} s`), timeout);
    request.on('error', (error: NodeJS.ErrnoException) => give(error.message || error.code || 'connection failed'));
    request.on('response', response => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > limit) give(`the answer is longer than ${limit} bytes`);
      });
      response.on('error', () => give('the connection broke in the middle of the answer'));
      response.on('end', () => {
        if (!response.complete) return give('the connection broke in the middle of the answer');
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    request.end();
  });
}
