import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';

/** What a scripted S3 answers to a call. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A call as it came: `PUT /bucket/key?partNumber=1`, and its headers. */
export interface Call {
  line: string;
  headers: IncomingMessage['headers'];
}

/** An S3 that answers what a test says, true or not, and nothing by itself. */
export interface ScriptedS3 {
  s3: S3Client;
  /** What was asked of it. */
  calls: Call[];
  /** Gives the answer to a call. */
  script: (call: Call) => Answer;
  close(): void;
}

export async function scriptedS3(): Promise<ScriptedS3> {
  const server = createServer(async (request, response) => {
    try {
      for await (const _ of request);
    } catch {
      return; // the client has given up
    }
    const call = { line: `${request.method} ${decodeURI(request.url ?? '')}`, headers: request.headers };
    scripted.calls.push(call);
    const { status = 200, headers = {}, body = '' } = scripted.script(call);
    response.writeHead(status, headers).end(request.method === 'HEAD' ? '' : body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const s3 = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    forcePathStyle: true,
    followRegionRedirects: true,
  });
  const scripted: ScriptedS3 = {
    s3,
    calls: [],
    script: () => ({}),
    close: () => {
      s3.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
  return scripted;
}
