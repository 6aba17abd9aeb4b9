import { afterEach, expect, it } from 'vitest';
import { BY_HAND } from '../cli/make.ts';
import { endless, type Hostile, silent, startHostile } from './endpoint.ts';
import { runEntry } from './entry.ts';

let endpoint: Hostile;
afterEach(() => endpoint.stop());

/** Within five seconds; a machine that has much else to do gets some more. */
const LIMIT = 10_000;

const REGION = { region: 'us-east-1' };
const OF_IMAGE = { ...REGION, ami: 'ami-0043df2e553ad12b6' };

it.each([
  ['plan', BY_HAND, 'SIGINT', 130],
  ['ami', BY_HAND, 'SIGTERM', 143],
  ['sync', BY_HAND, 'SIGHUP', 129],
  ['sweep', REGION, 'SIGINT', 130],
  ['launch', OF_IMAGE, 'SIGTERM', 143],
] as const)('make %s ends when it is told to, though AWS never answers', async (name, given, signal, status) => {
  endpoint = await startHostile(silent);
  const { process, ended } = runEntry(name, given, endpoint.url);
  await endpoint.isAsked;
  const told = Date.now();
  process.kill(signal);
  const { output, ...end } = await ended;
  expect(Date.now() - told).toBeLessThan(LIMIT);
  expect(end.status).toBe(status);
  expect(output).toContain(`Stopping: ${signal} was received.`);
  expect(output).toContain(`Interrupted by ${signal}.`);
  expect(output).not.toMatch(/^ +at /m);
});

it('the second signal ends it at once', async () => {
  endpoint = await startHostile(silent);
  const { process, ended } = runEntry('plan', BY_HAND, endpoint.url);
  await endpoint.isAsked;
  process.kill('SIGINT');
  await new Promise(resolve => setTimeout(resolve, 800));
  const told = Date.now();
  process.kill('SIGTERM');
  const { status, output } = await ended;
  expect(Date.now() - told).toBeLessThan(2000);
  expect(status).toBe(143);
  expect(output).toContain('Ended by SIGTERM, at once.');
});

it.each([[['a']], [['a', 'b']]])('a list that goes round in a circle (%j) is an error', async tokens => {
  endpoint = await startHostile(endless(...tokens));
  const { ended } = runEntry('sweep', REGION, endpoint.url);
  const { status, output } = await ended;
  expect(status).toBe(1);
  expect(output).toMatch(/gives the same page of its list again and again/);
  expect(endpoint.asked.length).toBeLessThan(50);
});
