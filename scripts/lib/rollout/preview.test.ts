import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { awsError, fakeClient } from '../../../test/fake-client.ts';
import { preview } from './preview.ts';
import { sampleStack } from './samples.ts';

const never = new AbortController().signal;
const change = (LogicalResourceId: string) => ({
  ResourceChange: {
    Action: 'Modify',
    LogicalResourceId,
    ResourceType: 'AWS::EC2::LaunchTemplate',
    Replacement: 'False',
    Details: [{ Target: { Name: 'LaunchTemplateData' }, CausingEntity: 'amiId' }],
  },
});

test('a change set is made, waited for, read page by page, and deleted', async () => {
  const cloudformation = fakeClient(CloudFormationClient, {
    CreateChangeSet: [{}],
    DescribeChangeSet: [
      { Status: 'CREATE_IN_PROGRESS' },
      { Status: 'CREATE_COMPLETE', Changes: [change('a')], NextToken: 'more' },
      { Status: 'CREATE_COMPLETE', Changes: [change('b')] },
    ],
    DeleteChangeSet: [{}],
  });
  const changes = await preview(cloudformation, sampleStack(), 'ami-new', never, 1);
  expect(changes.map(({ resource, because }) => [resource, because])).toEqual([
    ['a', ['LaunchTemplateData by amiId']],
    ['b', ['LaunchTemplateData by amiId']],
  ]);
  const names = new Set(cloudformation.calls.map(({ input }) => input.ChangeSetName));
  expect(names.size).toBe(1);
  expect(cloudformation.calls.at(-1)?.action).toBe('DeleteChangeSet');
});

test('no changes are no changes, any other failure is said; both are deleted', async () => {
  const with_ = (StatusReason: string) =>
    fakeClient(CloudFormationClient, {
      CreateChangeSet: [{}],
      DescribeChangeSet: [{ Status: 'FAILED', StatusReason }],
      DeleteChangeSet: [{}],
    });
  const same = with_("The submitted information didn't contain changes.");
  expect(await preview(same, sampleStack(), 'ami-new', never, 1)).toEqual([]);
  expect(same.calls.at(-1)?.action).toBe('DeleteChangeSet');
  const broken = with_('no such key');
  await expect(preview(broken, sampleStack(), 'ami-new', never, 1)).rejects.toThrow('no such key');
  expect(broken.calls.at(-1)?.action).toBe('DeleteChangeSet');
});

test('interrupted while it is made, it is deleted as soon as that is possible', async () => {
  const controller = new AbortController();
  const cloudformation = fakeClient(CloudFormationClient, {
    CreateChangeSet: [{}],
    DescribeChangeSet: () => {
      controller.abort(new Error('Ctrl-C'));
      return { Status: 'CREATE_IN_PROGRESS' };
    },
    DeleteChangeSet: [awsError('InvalidChangeSetStatusException'), {}],
  });
  await expect(preview(cloudformation, sampleStack(), 'ami-new', controller.signal, 1)).rejects.toThrow('Ctrl-C');
  expect(cloudformation.calls.filter(({ action }) => action === 'DeleteChangeSet')).toHaveLength(2);
});

test('a change set that can not be deleted is named', async () => {
  const cloudformation = fakeClient(CloudFormationClient, {
    CreateChangeSet: [{}],
    DescribeChangeSet: [{ Status: 'CREATE_COMPLETE', Changes: [] }],
    DeleteChangeSet: [awsError('AccessDenied', 'not you')],
  });
  await expect(preview(cloudformation, sampleStack(), 'ami-new', never, 1)).rejects.toThrow(
    /lava-ami-.* of prod-core is left behind: not you/,
  );
});
