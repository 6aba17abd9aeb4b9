import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

/** One call, as it is kept: who asked what and how it ended. Never a body, a key or a secret. */
export interface LogEntry {
  service: string;
  action: string;
  caller?: string;
  region?: string;
  /** S3 only: bucket and key. */
  resource?: string;
  /** HTTP status; 0 when the connection was cut. */
  status: number;
  error?: string;
  ms: number;
  /** First word of the User-Agent. */
  client?: string;
}

export interface ApiLog {
  add(entry: LogEntry): void;
  close(): Promise<void>;
}

/** Appends to `<folder>/api.log`, one JSON document a line. */
export function openApiLog(folder: string): ApiLog {
  const file = createWriteStream(join(folder, 'api.log'), { flags: 'a' });
  return {
    add: entry => void file.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`),
    close: () => new Promise(resolve => file.end(resolve)),
  };
}
