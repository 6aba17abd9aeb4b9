import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, expect, it } from 'vitest';
import { guarded, regardlessOfStop, stopCallsAt } from './calls.ts';

const stopping = () => {
  const controller = new AbortController();
  stopCallsAt(controller.signal);
  return controller;
};
afterEach(() => stopCallsAt(undefined));

type Send = (command: object, options?: { abortSignal?: AbortSignal }) => Promise<unknown>;

/** A guarded client with that answer. */
function client(send: Send): { send: Send } {
  return guarded(Object.assign(new EC2Client({ region: 'us-east-1' }), { send })) as never;
}
const command = (input = {}) => ({ input });

it('a call that is under way is given up some time after the command is to stop, for that reason', async () => {
  const stop = stopping();
  const never = client(() => new Promise(() => {})).send(command());
  const soon = client(() => new Promise(resolve => setTimeout(resolve, 100, 'what was made'))).send(command());
  stop.abort(new Error('Ctrl-C'));
  expect(await soon).toBe('what was made');
  await expect(never).rejects.toThrow('Ctrl-C');
});

it('no call begins once the command is to stop, but for those that clean up', async () => {
  const ec2 = client(async () => 'answer');
  stopping().abort(new Error('Ctrl-C'));
  await expect(ec2.send(command())).rejects.toThrow('Ctrl-C');
  expect(await regardlessOfStop(() => ec2.send(command()))).toBe('answer');
});

it("the caller's own signal ends its call at once, also where the SDK pauses", async () => {
  stopping();
  const own = new AbortController();
  const call = client(() => new Promise(() => {})).send(command(), { abortSignal: own.signal });
  own.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
});

it.each([
  ['the same page', ['a', 'a']],
  ['a circle', ['a', 'b', 'a']],
])('a list that comes to %s again is an error; one that ends is none', async (_, tokens) => {
  const input: { Marker?: string } = {};
  let page = 0;
  const iam = client(async () => ({ Marker: tokens[page++] }));
  const next = async () => {
    const { Marker } = (await iam.send(command(input))) as typeof input;
    if (Marker) input.Marker = Marker;
  };
  for (const _ of tokens.slice(1)) await next();
  await expect(next()).rejects.toThrow('gives the same page of its list again and again');
  const whole = client(async () => ({}));
  expect(await whole.send(command({ NextToken: 'a' }))).toEqual({});
});
