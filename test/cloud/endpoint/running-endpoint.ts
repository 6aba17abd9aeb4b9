import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Faults, Service } from '../service.ts';
import { newState, type State } from '../state.ts';
import { type Credentials, operatorCredentials } from './credentials.ts';
import { createEndpoint, type Endpoint } from './endpoint.ts';

/** For tests: an endpoint with a folder of its own, and what it takes to call it. */
export interface RunningEndpoint extends Endpoint {
  url: string;
  folder: string;
  state: State;
  credentials: Credentials;
  /** What the operator would have read. */
  lines: string[];
  /** Settings for any SDK client. */
  client: { endpoint: string; region: string; credentials: Credentials; maxAttempts: number };
  /** The endpoint stops, its folder goes. */
  remove(): Promise<void>;
}

const NO_FAULTS: Faults = { apply: async () => {} };

/** Starts an endpoint in a new temporary folder, or again in that of an earlier one. */
export async function runEndpoint(
  options: { services?: Record<string, Service>; faults?: Faults; folder?: string; state?: State } = {},
): Promise<RunningEndpoint> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'endpoint-'));
  const state = options.state ?? newState();
  const lines: string[] = [];
  const { services = {}, faults = NO_FAULTS } = options;
  const endpoint = await createEndpoint({ folder, state, services, faults, log: line => void lines.push(line) });
  const url = `http://127.0.0.1:${endpoint.port}`;
  const credentials = operatorCredentials(folder);
  const client = { endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 };
  const remove = async () => {
    await endpoint.close();
    rmSync(folder, { recursive: true });
  };
  return { ...endpoint, url, folder, state, credentials, lines, client, remove };
}
