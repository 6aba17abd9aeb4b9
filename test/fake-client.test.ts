import { CloudFormationClient, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { awsError, fakeClient, fakeClients } from './fake-client.ts';

it('serves a paginator, and notes each input as it was', async () => {
  const client = fakeClient(CloudFormationClient, {
    DescribeStacks: [{ Stacks: [{ StackName: 'a' }], NextToken: 'more' }, { Stacks: [{ StackName: 'b' }] }],
  });
  const names: (string | undefined)[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) {
    names.push(...Stacks.map(({ StackName }) => StackName));
  }
  expect(names).toEqual(['a', 'b']);
  expect(client.calls.map(({ action, input }) => [action, input.NextToken])).toEqual([
    ['DescribeStacks', undefined],
    ['DescribeStacks', 'more'],
  ]);
});

it('answers with the last of a list again, makes answers of the input, and throws errors', async () => {
  const { ec2, sts, calls } = fakeClients(
    { ec2: EC2Client, sts: STSClient },
    { DescribeImages: [awsError('Throttling'), {}], GetCallerIdentity: () => ({ Account: '1' }) },
  );
  const ask = () => ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
  await expect(ask()).rejects.toMatchObject({ name: 'Throttling', $metadata: { httpStatusCode: 400 } });
  expect([await ask(), await ask()]).toEqual([{}, {}]);
  expect(await sts.send(new GetCallerIdentityCommand({}))).toEqual({ Account: '1' });
  expect(calls.map(({ action }) => action)).toEqual([...Array(3).fill('DescribeImages'), 'GetCallerIdentity']);
});

it('does not answer what the test did not say', async () => {
  const ec2 = fakeClient(EC2Client, {});
  await expect(ec2.send(new DescribeImagesCommand({}))).rejects.toThrow('The test answers no DescribeImages');
  expect(await ec2.config.region()).toBe('us-east-1');
});
