import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createDns } from './dns.ts';
import { createImds, type ImdsOptions } from './imds.ts';
import { httpWayOut, tlsWayOut } from './way-out.ts';

/** The way between machines and everything outside their network. */
export interface Gateway {
  /** Connections to this socket begin with a line `ADDRESS PORT` and lead to a machine. */
  dialSocket: string;
  start(vpcNamespace: string): Promise<void>;
  stop(): Promise<void>;
}

export interface GatewayOptions extends ImdsOptions {
  folder: string;
  /** Unix sockets of the AWS endpoint. */
  httpSocket: string;
  tlsSocket: string;
}

export function createGateway({ folder, httpSocket, tlsSocket, ...imds }: GatewayOptions): Gateway {
  let process_: ChildProcess | undefined;
  let servers: Server[] = [];
  return {
    dialSocket: join(folder, 'dial.sock'),
    async start(vpcNamespace) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const services = {
        imds: createImds(imds),
        dns: createDns(),
        http: httpWayOut(httpSocket),
        tls: tlsWayOut(tlsSocket),
      };
      servers = Object.values(services);
      await Promise.all(
        Object.entries(services).map(
          ([name, server]) => new Promise<void>(resolve => server.listen(join(folder, `${name}.sock`), resolve)),
        ),
      );
      const program = join(import.meta.dirname, 'gateway-process.ts');
      const child = spawn('nsenter', [`--net=${vpcNamespace}`, process.execPath, program, folder], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      process_ = child;
      await new Promise<void>((resolve, reject) => {
        createInterface({ input: child.stdout }).once('line', () => resolve());
        child.once('error', reject);
        child.once('exit', status => reject(new Error(`the gateway ended with status ${status}`)));
      });
    },
    async stop() {
      for (const server of servers) server.close();
      servers = [];
      const child = process_;
      if (child && child.exitCode === null) {
        const ended = new Promise(resolve => child.once('exit', resolve));
        child.kill();
        await ended;
      }
      process_ = undefined;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
