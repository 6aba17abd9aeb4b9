import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { BY_HAND } from '../cli/make.ts';
import { busy, endless, silent, startHostile } from './endpoint.ts';
import { runEntry } from './entry.ts';

// Most of it is waiting, so the tests run side by side.

/** Within five seconds; a machine that has much else to do gets some more. */
const LIMIT = 10_000;

const REGION = { region: 'us-east-1' };
const OF_IMAGE = { ...REGION, ami: 'ami-0043df2e553ad12b6' };

it.concurrent.for([
  ['plan', BY_HAND, 'SIGINT', 130],
  ['ami', BY_HAND, 'SIGTERM', 143],
  ['sync', BY_HAND, 'SIGHUP', 129],
  ['sweep', REGION, 'SIGINT', 130],
  ['launch', OF_IMAGE, 'SIGTERM', 143],
] as const)('make %s ends when it is told to, though AWS never answers', async ([name, given, signal, code], test) => {
  const endpoint = await startHostile(silent);
  test.onTestFinished(endpoint.stop);
  const { process, ended } = runEntry(`scripts/${name}.ts`, given, endpoint.url);
  await endpoint.isAsked;
  const told = Date.now();
  process.kill(signal);
  const { output, status } = await ended;
  expect(Date.now() - told).toBeLessThan(LIMIT);
  expect(status).toBe(code);
  expect(output).toContain(`Stopping: ${signal} was received.`);
  expect(output).toContain(`Interrupted by ${signal}.`);
  expect(output).not.toMatch(/^ +at /m);
});

it.concurrent('the second signal ends it at once', async test => {
  const endpoint = await startHostile(silent);
  test.onTestFinished(endpoint.stop);
  const { process, ended } = runEntry('scripts/plan.ts', BY_HAND, endpoint.url);
  await endpoint.isAsked;
  process.kill('SIGINT');
  await sleep(800);
  process.kill('SIGTERM');
  const { status, output } = await ended;
  expect(status).toBe(143);
  expect(output).toContain('Ended by SIGTERM, at once.');
});

it.concurrent('a command that takes no notice is ended, and what it may leave is said', async () => {
  const { process, ended } = runEntry('test/hostile/lingering.ts', {}, '');
  await new Promise(resolve => process.stdout?.once('data', resolve));
  const told = Date.now();
  process.kill('SIGINT');
  const { status, output } = await ended;
  expect(Date.now() - told).toBeLessThan(LIMIT);
  expect(status).toBe(130);
  expect(output).toContain('Stopping: SIGINT was received.');
  expect(output).toContain('Interrupted by SIGINT.\nThis may be left:\n    instance i-1\n');
});

it.concurrent('clean-up is waited for until the second signal, which says what may be left', async () => {
  const { process, ended } = runEntry('test/hostile/lingering.ts', { cleaning: 'yes' }, '');
  await new Promise(resolve => process.stdout?.once('data', resolve));
  process.kill('SIGINT');
  await sleep(6000);
  expect(process.exitCode).toBe(null);
  process.kill('SIGINT');
  const { status, output } = await ended;
  expect(status).toBe(130);
  expect(output).toContain('Stopping and cleaning up, which may take some minutes: SIGINT was received.');
  expect(output).toContain('Ended by SIGINT, at once.\nThis may be left:\n    instance i-1\n');
});

it.each([
  ['goes round in a circle', endless('a'), /gives the same page of its list again and again/],
  ['goes round in a wide circle', endless('a', 'b'), /gives the same page of its list again and again/],
  ['is never given, since AWS is too busy', busy, /503|AWS/],
])('a list that %s ends in an error', async (_, answer, said) => {
  const endpoint = await startHostile(answer);
  onTestFinished(endpoint.stop);
  const { status, output } = await runEntry('scripts/sweep.ts', REGION, endpoint.url).ended;
  expect(status).toBe(1);
  expect(output).toMatch(said);
  expect(output).not.toMatch(/^ +at /m);
  expect(endpoint.asked.length).toBeLessThan(60);
});
