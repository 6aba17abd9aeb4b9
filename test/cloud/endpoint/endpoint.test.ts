import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { DescribeRegionsCommand, DescribeVpcsCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Action, type Call, Dropped, Fault, type Service } from '../service.ts';
import { BUCKET } from '../state.ts';
import { errorsOf, everyProtocol } from './every-protocol.ts';
import { type RunningEndpoint, runEndpoint } from './running-endpoint.ts';

const calls: Call[] = [];
/** An action that answers with what it is given, and remembers its call. */
const answering =
  (answer: object): Action =>
  (_parameters, call) => {
    calls.push(call);
    return answer;
  };
const services: Record<string, Service> = {
  ec2: {
    DescribeRegions: answering({ regionInfo: [{ regionName: 'us-east-1' }, { regionName: 'eu-west-1' }] }),
    RunInstances: () => {
      throw new Fault('InvalidAMIID.NotFound', "The image id '[ami-1]' does not exist");
    },
    DescribeVpcs: () => {
      throw new Error('a mistake of ours');
    },
  },
  iam: {
    ListRoles: answering({ Roles: [{ RoleName: 'builder', Path: '/' }], IsTruncated: false }),
    CreateRole: () => {
      throw new Fault('EntityAlreadyExists', 'Role with name builder already exists.', 409);
    },
  },
  sts: { GetCallerIdentity: answering({ Account: '123456789012' }) },
  ssm: { GetParameter: answering({ Parameter: { Name: '/x', Value: 'ami-1' } }) },
};
let trouble: Error | undefined;
const faults = {
  apply: async (service: string, action: string) => {
    if (trouble && `${service}:${action}` !== 'sts:GetCallerIdentity') throw trouble;
  },
};

let endpoint: RunningEndpoint;
beforeAll(async () => {
  endpoint = await runEndpoint({ services, faults });
});
afterAll(() => endpoint.remove());
beforeEach(() => {
  calls.length = 0;
  trouble = undefined;
});

/** The last line of the log, which is written right after the answer: soon, but perhaps not yet. */
const expectLogged = (entry: object) =>
  vi.waitFor(() => {
    const lines = readFileSync(join(endpoint.folder, 'api.log'), 'utf8').trim().split('\n');
    const last = JSON.parse(lines.at(-1)!);
    expect(last).toMatchObject(entry);
    return last;
  });

describe('a call that is right', () => {
  it('is answered in EC2’s words', async () => {
    const { Regions } = await everyProtocol(endpoint).ec2();
    expect(Regions?.map(region => region.RegionName)).toEqual(['us-east-1', 'eu-west-1']);
  });

  it('is answered in the words of IAM, STS, SSM and S3', async () => {
    const send = everyProtocol(endpoint);
    expect((await send.iam()).Roles).toMatchObject([{ RoleName: 'builder' }]);
    expect((await send.sts()).Account).toBe('123456789012');
    expect((await send.ssm()).Parameter).toEqual({ Name: '/x', Value: 'ami-1' });
    expect((await send.s3()).KeyCount).toBe(0);
  });

  it('reaches its action with parameters, region and caller', async () => {
    const client = new EC2Client({ ...endpoint.client, region: 'eu-west-1' });
    await client.send(new DescribeRegionsCommand({ Filters: [{ Name: 'region-name', Values: ['a', 'b'] }] }));
    expect(calls).toEqual([
      {
        service: 'ec2',
        action: 'DescribeRegions',
        parameters: { Filter: [{ Name: 'region-name', Value: ['a', 'b'] }] },
        region: 'eu-west-1',
        caller: { kind: 'operator' },
      },
    ]);
  });

  it('is noted in the log without anything secret', async () => {
    await everyProtocol(endpoint).sts();
    const line = await expectLogged({ service: 'sts', action: 'GetCallerIdentity', status: 200, region: 'us-east-1' });
    expect(line.caller).toBe('arn:aws:iam::123456789012:user/operator');
    expect(line.client).toMatch(/^aws-sdk-js\//);
    const text = readFileSync(join(endpoint.folder, 'api.log'), 'utf8');
    expect(text).not.toContain(endpoint.credentials.secretAccessKey);
    expect(text).not.toContain(endpoint.credentials.accessKeyId);
  });
});

describe('a call that fails', () => {
  it('gives code and message of the fault', async () => {
    const ec2 = new EC2Client(endpoint.client);
    const run = ec2.send(new RunInstancesCommand({ ImageId: 'ami-1', MinCount: 1, MaxCount: 1 }));
    await expect(run).rejects.toMatchObject({
      name: 'InvalidAMIID.NotFound',
      message: "The image id '[ami-1]' does not exist",
    });
    const iam = new IAMClient(endpoint.client);
    const create = iam.send(new CreateRoleCommand({ RoleName: 'builder', AssumeRolePolicyDocument: '{}' }));
    await expect(create).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      $metadata: { httpStatusCode: 409 },
    });
    await expectLogged({ action: 'CreateRole', status: 409, error: 'EntityAlreadyExists' });
  });

  it('by a mistake of ours says so, and the stack is in the log only', async () => {
    const error = await new EC2Client(endpoint.client).send(new DescribeVpcsCommand()).catch(thrown => thrown);
    expect(error).toMatchObject({ name: 'InternalError', $metadata: { httpStatusCode: 500 } });
    expect(error.message).not.toContain('a mistake of ours');
    expect(endpoint.lines.at(-1)).toMatch(/ec2 DescribeVpcs failed.*a mistake of ours\n\s+at /s);
  });

  it('because the cloud does not know it names the action, loudly', async () => {
    const ssm = new SSMClient(endpoint.client);
    const put = ssm.send(new PutParameterCommand({ Name: '/x', Value: 'y' }));
    await expect(put).rejects.toMatchObject({ name: 'UnknownOperationException', message: /PutParameter/ });
    expect(endpoint.lines.at(-1)).toMatch(/^REFUSED ssm PutParameter/);
  });

  it('as ordered by a test, in the protocol of the call', async () => {
    trouble = new Fault('RequestLimitExceeded', 'Request limit exceeded.', 503);
    expect(await errorsOf(endpoint)).toMatchObject({
      ec2: 'RequestLimitExceeded 503',
      iam: 'RequestLimitExceeded 503',
    });
    trouble = new Fault('SlowDown', 'Please reduce your request rate.', 503);
    expect((await errorsOf(endpoint)).s3).toBe('SlowDown 503');
  });

  it('by a cut connection, on order', async () => {
    trouble = new Dropped();
    await expect(everyProtocol(endpoint).ec2()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(everyProtocol(endpoint).s3()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expectLogged({ service: 's3', status: 0, error: 'Dropped' });
  });
});

it('serves the same on its socket', async () => {
  const status = await new Promise((done, failed) => {
    httpRequest({ socketPath: endpoint.httpSocket, path: '/' }, response => done(response.resume().statusCode))
      .on('error', failed)
      .end();
  });
  expect(status).toBe(403);
});

it('starts again in the same folder on the same port with the same keys', async () => {
  const first = await runEndpoint();
  await first.close();
  const second = await runEndpoint({ folder: first.folder });
  expect(second.credentials).toEqual(first.credentials);
  await new S3Client(second.client).send(new HeadBucketCommand({ Bucket: BUCKET }));
  await second.remove();
});

it('says what to do about a folder with too long a path', async () => {
  await expect(runEndpoint({ folder: join(endpoint.folder, 'x'.repeat(100)) })).rejects.toThrow('shorter path');
});
