import { closeSync, openSync, writeSync } from 'node:fs';
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
  close(): void;
}

/** Appends to `<folder>/api.log`, one JSON document a line; each line is there, whole, when `add` returns. */
export function openApiLog(folder: string): ApiLog {
  const file = openSync(join(folder, 'api.log'), 'a', 0o600);
  let open = true;
  return {
    add(entry) {
      if (open) writeSync(file, `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
    },
    close() {
      open = false;
      closeSync(file);
    },
  };
}
