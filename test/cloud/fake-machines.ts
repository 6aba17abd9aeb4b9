import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DownListener, Machine, Machines } from './instances/machines.ts';

/** Machines that exist on paper, for tests of what EC2 asks of them. */
export interface FakeMachines extends Machines {
  /** What was asked, in order: `boot i-...`, `halt i-... force`. */
  asked: string[];
  /** The machines as boot() got them. */
  booted: Map<string, Machine>;
  /** From now on everything waits, until letGo() or the function that this gives is called. */
  hold(): () => void;
  letGo(): void;
  /** Makes the next call of this kind fail. */
  fail(what: string): void;
  /** The machine shuts itself down. */
  goDown(instanceId: string): void;
  breakDown(instanceId: string): void;
  up: boolean;
}

export function createFakeMachines(): FakeMachines {
  const running = new Set<string>();
  const failing = new Set<string>();
  const listeners: DownListener[] = [];
  let gate = Promise.resolve();

  async function ask(what: string, instanceId: string, details = ''): Promise<void> {
    fake.asked.push(`${what} ${instanceId}${details}`);
    await gate;
    if (failing.delete(what)) throw new Error(`${what} was told to fail`);
  }

  const fake: FakeMachines = {
    asked: [],
    booted: new Map(),
    up: true,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      fake.letGo = resolve;
      return resolve;
    },
    letGo() {},
    fail: what => void failing.add(what),
    goDown(instanceId) {
      running.delete(instanceId);
      for (const listener of listeners) listener(instanceId, 'shut itself down');
    },
    breakDown(instanceId) {
      running.delete(instanceId);
      for (const listener of listeners) listener(instanceId, 'broke down');
    },
    async start() {},
    async stop() {
      running.clear();
    },
    async boot(machine) {
      await ask('boot', machine.instanceId);
      fake.booted.set(machine.instanceId, machine);
      running.add(machine.instanceId);
    },
    reboot: instanceId => ask('reboot', instanceId),
    async halt(instanceId, { force = false } = {}) {
      await ask('halt', instanceId, force ? ' force' : '');
      running.delete(instanceId);
    },
    async destroy(instanceId) {
      await ask('destroy', instanceId);
      running.delete(instanceId);
    },
    async snapshot(instanceId, folder) {
      await ask('snapshot', instanceId);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'made-by'), instanceId);
    },
    console: async instanceId => `console of ${instanceId}`,
    isUp: async () => fake.up,
    running: () => [...running],
    onDown: listener => void listeners.push(listener),
    async allocate({ network, isPublic, privateIps, publicIps }) {
      await ask('allocate', '');
      return { privateIp: free(network, privateIps), ...(isPublic && { publicIp: free('127.77.0', publicIps) }) };
    },
  };
  return fake;
}

function free(network: string, taken: string[]): string {
  for (let number = 10; ; number++) if (!taken.includes(`${network}.${number}`)) return `${network}.${number}`;
}
