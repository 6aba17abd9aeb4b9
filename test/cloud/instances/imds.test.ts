import { once } from 'node:events';
import { type OutgoingHttpHeaders, request } from 'node:http';
import { connect, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';
import { Dropped, Fault, type Faults } from '../service.ts';
import { type Instance, newState, SECURITY_GROUP_ID, type State, SUBNET_ID } from '../state.ts';
import { createImds } from './imds.ts';

const TOKEN = '/latest/api/token';
const TTL = 'x-aws-ec2-metadata-token-ttl-seconds';

let folder: string;
let imds: Server;
let state: State;
let changed: ReturnType<typeof vi.fn<() => void>>;
let faults: Faults;

beforeEach(async () => {
  folder = temporaryFolder('imds-');
  state = newState();
  changed = vi.fn<() => void>();
  faults = { apply: async () => {} };
  state.instances['i-1'] = instance('i-1', '10.77.0.10');
  imds = createImds({ state, changed, faults: { apply: (service, action) => faults.apply(service, action) } });
  imds.listen(join(folder, 'imds.sock'));
  await once(imds, 'listening');
});

afterEach(() => {
  imds.close();
});

function instance(instanceId: string, privateIp: string): Instance {
  return {
    instanceId,
    imageId: 'ami-1',
    state: 'running',
    instanceType: 't3.micro',
    architecture: 'x86_64',
    launchTime: '2026-11-01T00:00:00.000Z',
    subnetId: SUBNET_ID,
    securityGroupIds: [SECURITY_GROUP_ID],
    privateIp,
    httpTokens: 'required',
    httpEndpoint: 'enabled',
    shutdownBehavior: 'stop',
    layers: [],
    rootDeviceName: '/dev/xvda',
    volumeId: 'vol-1',
    reservationId: 'r-1',
    tags: {},
  };
}

/** Asks as the machine that has an address; the gateway tells it on the connection's first line. */
function ask(method: string, path: string, headers: OutgoingHttpHeaders = {}, from = '10.77.0.10') {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const socket = connect(join(folder, 'imds.sock'));
    socket.write(`${from}\n`);
    const asking = request({ method, path, headers, createConnection: () => socket }, async reply => {
      const parts: Buffer[] = [];
      for await (const part of reply) parts.push(part);
      resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(parts).toString('latin1') });
    });
    asking.on('error', reject).end();
  });
}

async function tokenFor(from?: string, ttl = 60): Promise<OutgoingHttpHeaders> {
  const { body } = await ask('PUT', TOKEN, { [TTL]: ttl }, from);
  return { 'x-aws-ec2-metadata-token': body };
}

const read = async (path: string) => ask('GET', path, await tokenFor());

function change(part: Partial<Instance>): void {
  Object.assign(state.instances['i-1'] ?? {}, part);
}

it.each([undefined, 0, 21_601, '1.5', 'x'])('a token for %s seconds is refused', async ttl => {
  expect(await ask('PUT', TOKEN, ttl === undefined ? {} : { [TTL]: ttl })).toMatchObject({ status: 400 });
});

it.each([1, 21_600])('a token for %i seconds is given', async ttl => {
  expect(await ask('PUT', TOKEN, { [TTL]: ttl })).toMatchObject({ status: 200 });
});

it('a request that came through a proxy gets no token', async () => {
  expect(await ask('PUT', TOKEN, { [TTL]: 60, 'x-forwarded-for': '1.2.3.4' })).toMatchObject({ status: 403 });
});

it('where tokens are required nothing is told without one', async () => {
  expect(await ask('GET', '/latest/meta-data/instance-id')).toMatchObject({ status: 401 });
  expect(await read('/latest/meta-data/instance-id')).toEqual({ status: 200, body: 'i-1' });
});

it('where tokens are optional a wrong one is still refused', async () => {
  change({ httpTokens: 'optional' });
  expect(await ask('GET', '/latest/meta-data/ami-id')).toEqual({ status: 200, body: 'ami-1' });
  expect(await ask('GET', '/latest/meta-data/ami-id', { 'x-aws-ec2-metadata-token': 'x' })).toMatchObject({
    status: 401,
  });
});

it("another machine's token is refused", async () => {
  state.instances['i-2'] = instance('i-2', '10.77.0.11');
  const token = await tokenFor('10.77.0.11');
  expect(await ask('GET', '/latest/meta-data/instance-id', token)).toMatchObject({ status: 401 });
  expect(await ask('GET', '/latest/meta-data/instance-id', token, '10.77.0.11')).toEqual({ status: 200, body: 'i-2' });
});

it('a token expires', async () => {
  const token = await tokenFor(undefined, 1);
  vi.useFakeTimers({ now: Date.now() + 1_001, toFake: ['Date'] });
  try {
    expect(await ask('GET', '/latest/meta-data/instance-id', token)).toMatchObject({ status: 401 });
  } finally {
    vi.useRealTimers();
  }
});

it('a disabled endpoint forbids everything', async () => {
  const token = await tokenFor();
  change({ httpEndpoint: 'disabled' });
  expect(await ask('GET', '/latest/meta-data/', token)).toMatchObject({ status: 403 });
  expect(await ask('PUT', TOKEN, { [TTL]: 60 })).toMatchObject({ status: 403 });
});

it('user data are absent, or the very bytes that were given', async () => {
  expect(await read('/latest/user-data')).toMatchObject({ status: 404 });
  change({ userData: Buffer.from([0, 255, 10, 35]).toString('base64') });
  expect(await read('/latest/user-data')).toEqual({ status: 200, body: '\u0000\u00ff\n#' });
});

it.each([
  '/latest/meta-data/nothing',
  '/latest/nothing',
  '/1066-10-14/meta-data',
  '//[',
  '/latest/meta-data/hasOwnProperty',
])('%s does not exist', async path => expect(await read(path)).toMatchObject({ status: 404 }));

it('lists folders with a slash', async () => {
  change({ publicIp: '127.77.0.10' });
  const { body } = await read('/latest/meta-data/');
  expect(body.split('\n')).toEqual(expect.arrayContaining(['ami-id', 'placement/', 'public-ipv4', 'services/']));
  expect(await read('/latest/meta-data/placement')).toEqual({ status: 200, body: 'availability-zone\nregion' });
});

it.each([
  ['placement/availability-zone', 'us-east-1a'],
  ['services/partition', 'aws'],
  ['security-groups', 'default'],
  ['hostname', 'ip-10-77-0-10.ec2.internal'],
  ['mac', '02:00:0a:4d:00:0a'],
])('%s is %s', async (path, body) => expect(await read(`/latest/meta-data/${path}`)).toEqual({ status: 200, body }));

it('gives the public key under its number', async () => {
  expect(await read('/latest/meta-data/public-keys/')).toMatchObject({ status: 404 });
  change({ keyName: 'mine', publicKey: 'ssh-ed25519 AAAA mine' });
  expect(await read('/latest/meta-data/public-keys/')).toEqual({ status: 200, body: '0=mine' });
  expect(await read('/latest/meta-data/public-keys/0/openssh-key')).toEqual({
    status: 200,
    body: 'ssh-ed25519 AAAA mine',
  });
});

it('tells who the instance is', async () => {
  const { body } = await read('/latest/dynamic/instance-identity/document');
  expect(JSON.parse(body)).toMatchObject({ accountId: '123456789012', instanceId: 'i-1', region: 'us-east-1' });
});

it("hands out the role's credentials, and the same again while they last", async () => {
  addProfile();
  await read('/latest/meta-data/');
  expect(changed, 'only asking for credentials makes them').not.toHaveBeenCalled();

  expect(await read('/latest/meta-data/iam/security-credentials/')).toEqual({ status: 200, body: 'worker' });
  const first = JSON.parse((await read('/latest/meta-data/iam/security-credentials/worker')).body);
  const again = JSON.parse((await read('/latest/meta-data/iam/security-credentials/worker')).body);
  expect(again).toEqual(first);
  expect(changed).toHaveBeenCalledTimes(1);
  expect(first).toMatchObject({ Code: 'Success', AccessKeyId: expect.stringMatching(/^ASIA[0-9A-Z]{16}$/) });
  expect(state.sessions[first.AccessKeyId]).toMatchObject({
    role: 'worker',
    instanceId: 'i-1',
    secretAccessKey: first.SecretAccessKey,
    sessionToken: first.Token,
  });

  const session = state.sessions[first.AccessKeyId];
  if (session) session.expiration = new Date(Date.now() + 14 * 60_000).toISOString();
  const later = JSON.parse((await read('/latest/meta-data/iam/security-credentials/worker')).body);
  expect(later.AccessKeyId).not.toBe(first.AccessKeyId);
});

it('trouble on order reaches the machine', async () => {
  faults = {
    async apply(service, action) {
      expect([service, action]).toEqual(['imds', 'GET /latest/user-data']);
      throw new Fault('Throttled', 'slow down', 503);
    },
  };
  expect(await ask('GET', '/latest/user-data')).toEqual({ status: 503, body: 'slow down' });
  faults = { apply: () => Promise.reject(new Dropped()) };
  await expect(ask('GET', '/latest/user-data')).rejects.toThrow(/hang up|ECONNRESET/);
});

it('knows no machine at another address', async () => {
  expect(await ask('PUT', TOKEN, { [TTL]: 60 }, '10.77.0.99')).toMatchObject({ status: 404 });
});

function addProfile(): void {
  state.instanceProfiles.worker = {
    instanceProfileName: 'worker',
    instanceProfileId: 'AIPA1',
    path: '/',
    createDate: '2026-11-01T00:00:00.000Z',
    roles: ['worker'],
    tags: {},
  };
  change({ instanceProfile: 'worker' });
}
