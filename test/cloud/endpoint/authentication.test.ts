import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Caller, Service } from '../service.ts';
import type { Session } from '../state.ts';
import { errorsOf, everyProtocol } from './every-protocol.ts';
import { type RunningEndpoint, runEndpoint } from './running-endpoint.ts';

const callers: Caller[] = [];
const services: Record<string, Service> = {
  ec2: {
    DescribeRegions: (_parameters, { caller }) => {
      callers.push(caller);
      return { regionInfo: [] };
    },
  },
  iam: { ListRoles: () => ({ Roles: [] }) },
  sts: { GetCallerIdentity: () => ({}) },
  ssm: { GetParameter: () => ({}) },
};

let endpoint: RunningEndpoint;
beforeAll(async () => {
  endpoint = await runEndpoint({ services });
});
afterAll(() => endpoint.remove());
beforeEach(() => {
  callers.length = 0;
});

describe('a call that cannot be believed', () => {
  it('is refused for an unknown key, as each protocol says it', async () => {
    const credentials = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
    expect(await errorsOf(endpoint, { credentials })).toEqual({
      ec2: 'AuthFailure 401',
      iam: 'InvalidClientTokenId 403',
      sts: 'InvalidClientTokenId 403',
      ssm: 'UnrecognizedClientException 400',
      s3: 'InvalidAccessKeyId 403',
    });
  });

  it('is refused for a wrong secret', async () => {
    const credentials = { ...endpoint.credentials, secretAccessKey: 'wrong' };
    expect(await errorsOf(endpoint, { credentials })).toEqual({
      ec2: 'AuthFailure 401',
      iam: 'SignatureDoesNotMatch 403',
      sts: 'SignatureDoesNotMatch 403',
      ssm: 'InvalidSignatureException 400',
      s3: 'SignatureDoesNotMatch 403',
    });
  });

  it('is refused when the clock is off by more than 15 minutes', async () => {
    const expected = {
      ec2: 'RequestExpired 400',
      iam: 'SignatureDoesNotMatch 403',
      sts: 'SignatureDoesNotMatch 403',
      ssm: 'InvalidSignatureException 400',
      s3: 'RequestTimeTooSkewed 403',
    };
    expect(await errorsOf(endpoint, { systemClockOffset: 16 * 60_000 })).toEqual(expected);
    expect(await errorsOf(endpoint, { systemClockOffset: -16 * 60_000 })).toEqual(expected);
    await everyProtocol(endpoint, { systemClockOffset: 14 * 60_000 }).ec2();
  });

  it('is refused when it is not signed at all', async () => {
    expect((await fetch(endpoint.url)).status).toBe(403);
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSSM.GetParameter' },
      body: '{}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  it('is refused when its body was changed on the way', async () => {
    const client = new EC2Client(endpoint.client);
    client.middlewareStack.add(
      next => args => {
        const request = args.request as { body: string };
        request.body = request.body.replace('DescribeRegions', 'DescribeRegionz');
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(client.send(new DescribeRegionsCommand())).rejects.toMatchObject({ name: 'AuthFailure' });
  });
});

describe('an instance', () => {
  const session = (expiration: Date): Session => ({
    accessKeyId: 'ASIAINSTANCE',
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: expiration.toISOString(),
    role: 'builder',
    instanceId: 'i-1',
  });
  const allow = (...actions: string[]) => {
    const Statement = { Effect: 'Allow', Action: actions, Resource: '*' };
    endpoint.state.roles.builder = {
      roleName: 'builder',
      roleId: 'AROA',
      path: '/',
      description: '',
      createDate: '',
      assumeRolePolicyDocument: '{}',
      policies: { only: JSON.stringify({ Version: '2012-10-17', Statement }) },
      tags: {},
    };
  };
  const credentials = { accessKeyId: 'ASIAINSTANCE', secretAccessKey: 'secret', sessionToken: 'token' };

  beforeEach(() => {
    endpoint.state.sessions.ASIAINSTANCE = session(new Date(Date.now() + 3_600_000));
    allow('ec2:DescribeRegions', 's3:ListBucket');
  });

  it('may do what the policies of its role allow', async () => {
    await everyProtocol(endpoint, { credentials }).ec2();
    expect(callers[0]).toEqual({ kind: 'role', role: 'builder', instanceId: 'i-1' });
    await everyProtocol(endpoint, { credentials }).s3();
  });

  it('may ask who it is without any policy', async () => {
    allow('none:none');
    await everyProtocol(endpoint, { credentials }).sts();
  });

  it('may do nothing else', async () => {
    allow('none:none');
    expect(await errorsOf(endpoint, { credentials })).toEqual({
      ec2: 'UnauthorizedOperation 403',
      iam: 'AccessDenied 403',
      sts: 'answered',
      ssm: 'AccessDeniedException 400',
      s3: 'AccessDenied 403',
    });
  });

  it('is refused with another token, or none', async () => {
    const expected = { ec2: 'AuthFailure 401', iam: 'InvalidClientTokenId 403', s3: 'InvalidToken 400' };
    expect(await errorsOf(endpoint, { credentials: { ...credentials, sessionToken: 'tokem' } })).toMatchObject(
      expected,
    );
    const { sessionToken: _none, ...bare } = credentials;
    expect(await errorsOf(endpoint, { credentials: bare })).toMatchObject(expected);
  });

  it('is refused once its credentials have expired', async () => {
    endpoint.state.sessions.ASIAINSTANCE = session(new Date(Date.now() - 1));
    expect(await errorsOf(endpoint, { credentials })).toEqual({
      ec2: 'RequestExpired 400',
      iam: 'ExpiredToken 403',
      sts: 'ExpiredToken 403',
      ssm: 'ExpiredTokenException 400',
      s3: 'ExpiredToken 400',
    });
  });
});
