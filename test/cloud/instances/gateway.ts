import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createDns } from './dns.ts';
import { createImds, type ImdsOptions } from './imds.ts';
import { createPackageCache } from './package-cache.ts';
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
  /** Folder in which packages that machines fetch are kept. */
  packageCache: string;
  log: (line: string) => void;
}

export function createGateway({ folder, httpSocket, tlsSocket, packageCache, log, ...imds }: GatewayOptions): Gateway {
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
        http: httpWayOut(httpSocket, createPackageCache(packageCache)),
        tls: tlsWayOut(tlsSocket),
      };
      servers = Object.values(services);
      await Promise.all(Object.entries(services).map(([name, server]) => listen(server, join(folder, `${name}.sock`))));
      const program = join(import.meta.dirname, 'gateway-process.ts');
      const child = spawn('nsenter', [`--net=${vpcNamespace}`, process.execPath, program, folder], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      process_ = child;
      await new Promise<void>((resolve, reject) => {
        createInterface({ input: child.stdout }).once('line', () => resolve());
        child.once('error', reject);
        child.once('exit', status => {
          reject(new Error(`the gateway ended with status ${status}`));
          if (process_ === child) log(`the gateway ended with status ${status}: machines are cut off until a restart`);
        });
      });
    },
    async stop() {
      for (const server of servers) server.close();
      servers = [];
      const child = process_;
      process_ = undefined;
      if (child && child.exitCode === null && child.signalCode === null) {
        const ended = new Promise(resolve => child.once('exit', resolve));
        child.kill();
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function listen(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
}
