import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { fakeClient } from '../../../test/fake-client.ts';
import { PREVIOUS } from '../aws/tags.ts';
import { sampleImage, sampleStack } from './samples.ts';
import { imageChange, keepsPrevious, startUpdate } from './update.ts';

test('an update changes the image, keeps the one before as a tag, and leaves everything else', () => {
  const stack = sampleStack({ imageParameter: 'sakAmiId', parameters: ['realm', 'worker', 'sakAmiId'] });
  expect(imageChange(stack, 'ami-new')).toEqual({
    StackName: 'prod-core',
    UsePreviousTemplate: true,
    Parameters: [
      { ParameterKey: 'realm', UsePreviousValue: true },
      { ParameterKey: 'worker', UsePreviousValue: true },
      { ParameterKey: 'sakAmiId', ParameterValue: 'ami-new' },
    ],
    Capabilities: ['CAPABILITY_IAM'],
    Tags: [
      { Key: 'team', Value: 'lava' },
      { Key: PREVIOUS, Value: sampleImage(1).id },
    ],
  });
});

test('without room for another tag, tags are not touched', () => {
  const tags = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`tag${n}`, '']));
  expect(imageChange(sampleStack({ tags }), 'ami-new')).not.toHaveProperty('Tags');
  expect(keepsPrevious(sampleStack({ tags }))).toBe(false);
  expect(keepsPrevious(sampleStack({ tags: { ...tags, [PREVIOUS]: 'ami-1' } }))).toBe(true);
});

test('an update is recognised by its token', async () => {
  const cloudformation = fakeClient(CloudFormationClient, { UpdateStack: [{}] });
  const update = await startUpdate(cloudformation, sampleStack(), 'ami-new', new Date());
  expect(cloudformation.calls[0]?.input.ClientRequestToken).toBe(update.token);
  expect(update.token).toMatch(/^[a-zA-Z0-9][-a-zA-Z0-9]*$/);
});
