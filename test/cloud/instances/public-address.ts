import { connect, createServer, type Server } from 'node:net';
import { carry } from './carry.ts';
import { AddressTaken } from './machines.ts';

/**
 * Public addresses are loopback addresses of this host, 127.77.x.y: what connects to their port 22 reaches port 22 of
 * a machine. An address is claimed by listening on it, so several clouds on one host never share one.
 */
export interface PublicAddresses {
  /** Claims an address that is neither in use on this host nor among those taken. */
  claim(taken: readonly string[]): Promise<string>;
  /** Leads an address, claimed before or not, to a machine. Throws AddressTaken. */
  lead(address: string, privateIp: string): Promise<void>;
  release(address: string): void;
  releaseAll(): void;
}

export function createPublicAddresses(dialSocket: string): PublicAddresses {
  const servers = new Map<string, Server>();
  const targets = new Map<string, string>();

  async function listen(address: string): Promise<void> {
    const server = createServer(client => {
      const machine = connect(dialSocket);
      machine.write(`${targets.get(address)} 22\n`);
      carry(client, machine);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(22, address, resolve);
    });
    servers.set(address, server);
  }

  return {
    async claim(taken) {
      for (let number = 10; number < 65_000; number++) {
        const address = `127.77.${number >> 8}.${number & 255}`;
        if (taken.includes(address) || servers.has(address)) continue;
        try {
          await listen(address);
          return address;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
        }
      }
      throw new Error(
        'Port 22 of every address 127.77.x.y is taken. If this host runs sshd, let it listen on its own addresses only ' +
          '(ListenAddress in sshd_config), not on all.',
      );
    },
    async lead(address, privateIp) {
      targets.set(address, privateIp);
      if (servers.has(address)) return;
      await listen(address).catch(error => {
        throw new AddressTaken(
          `The public address ${address} can't be used (${error.message}); give the machine another.`,
        );
      });
    },
    release(address) {
      servers.get(address)?.close();
      servers.delete(address);
      targets.delete(address);
    },
    releaseAll() {
      for (const address of [...servers.keys()]) this.release(address);
    },
  };
}
