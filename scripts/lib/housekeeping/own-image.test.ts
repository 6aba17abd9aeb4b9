import { EC2Client } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { awsError, fakeClient } from '../../../test/fake-client.ts';
import type { Problem } from '../command/problems.ts';
import { ownImage } from './own-image.ts';

it.each<[string, object, object, string | undefined]>([
  ['an available one of ours', { Images: [{ State: 'available' }] }, {}, undefined],
  ['one that is pending', { Images: [{ State: 'pending' }] }, {}, 'is pending'],
  ["somebody else's", { Images: [] }, { Images: [{ State: 'available' }] }, 'is an image of another account'],
  [
    "somebody else's, which is refused",
    awsError('InvalidAMIID.NotFound'),
    { Images: [{}] },
    'is an image of another account',
  ],
  ['none', awsError('InvalidAMIID.NotFound'), awsError('InvalidAMIID.NotFound'), 'does not exist in us-east-1'],
])('%s', async (_what, own, any, message) => {
  const ec2 = fakeClient(EC2Client, { DescribeImages: ({ Owners }) => (Owners ? own : any) });
  const problems: Problem[] = [];
  const image = await ownImage(ec2, { value: 'ami-1', source: 'command line' }, 'us-east-1', problems);
  expect(problems.map(problem => problem.message)).toEqual(message ? [message] : []);
  expect(image !== undefined).toBe(message === undefined);
});
