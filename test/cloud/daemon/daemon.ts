import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cloud, createCloud } from '../cloud.ts';
import { type ControlServer, controlSocket, listenForCommands, type Outcome } from './control.ts';
import { forgetDaemon, noteDaemon, type RunningDaemon } from './running.ts';

// The one process behind the local cloud of a folder, which is its only argument. Whoever starts it holds a lock that
// lasts as long as the process, so there is never a second one (see join.ts). Its output is the daemon's log.

const folder = process.argv[2] ?? '';
const startedAt = new Date().toISOString();
const listeners = new Set<(line: string) => void>();

function log(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}

function progress(line: string): void {
  log(line);
  for (const listener of listeners) listener(line);
}

function rememberedPort(): number {
  try {
    return Number(readFileSync(join(folder, 'port'), 'utf8'));
  } catch {
    return 0;
  }
}

async function start(): Promise<Cloud> {
  const cloud = await createCloud({ folder, port: rememberedPort(), log, progress });
  // Programs that outlive a daemon find the next one where the last one was.
  writeFileSync(join(folder, 'port'), String(cloud.endpoint.port));
  log(`Ready on port ${cloud.endpoint.port}, process ${process.pid}`);
  return cloud;
}

async function enter(options: URLSearchParams, tell: (line: string) => void): Promise<Outcome> {
  listeners.add(tell);
  try {
    const { endpoint, prepareBaseImages } = await starting;
    const standIns = options.get('stand-ins')?.split(',').filter(Boolean) ?? [];
    if (options.get('base') === 'yes') await prepareBaseImages(standIns);
    return { ready: { port: endpoint.port, caBundle: endpoint.caBundle } };
  } finally {
    listeners.delete(tell);
  }
}

let stopping: Promise<Outcome> | undefined;

function stop(): Promise<Outcome> {
  stopping ??= (async () => {
    control.close();
    log('Stopping');
    await (await starting).stop();
    forgetDaemon(folder);
    log('Stopped');
    // The answer has to leave first.
    setTimeout(() => process.exit(0), 50);
    return { stopped: true };
  })();
  return stopping;
}

rmSync(controlSocket(folder), { force: true });
const daemon: RunningDaemon = { pid: process.pid, startedAt };
noteDaemon(folder, daemon);
const starting = start();
const control: ControlServer = await listenForCommands(folder, {
  '/enter': enter,
  '/status': async () => ({ status: { ...daemon, port: (await starting).endpoint.port } }),
  '/stop': stop,
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
starting.catch(error => {
  log(`The local cloud can't start: ${error.stack}`);
  // Those who wait are told first.
  setTimeout(() => process.exit(1), 100);
});
