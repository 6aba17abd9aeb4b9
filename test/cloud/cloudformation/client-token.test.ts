import { CreateStackCommand, DescribeStackEventsCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { BASE_IMAGE_ID, fakeCloud } from '../fake-cloud.ts';
import { addImage, given } from './worker-stack.ts';

const TEMPLATE = `
Parameters: { amiId: { Type: String } }
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties: { LaunchTemplateData: { ImageId: !Ref amiId } }
`;

test('all events of an operation carry the token that its caller gave it', async () => {
  const { cloudFormation, ...cloud } = await fakeCloud();
  const newer = addImage({ cloudFormation, ...cloud }, 'ami-0e000000000000001');
  const tokens = async () => {
    const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: 'a' }));
    return StackEvents.map(({ LogicalResourceId, ResourceStatus, ClientRequestToken }) =>
      [LogicalResourceId, ResourceStatus, ClientRequestToken].join(' '),
    ).reverse();
  };
  const ends = (line: string) => expect.poll(async () => (await tokens()).at(-1), { interval: 20 }).toBe(line);
  const Parameters = given({ amiId: BASE_IMAGE_ID });
  await cloudFormation.send(new CreateStackCommand({ StackName: 'a', TemplateBody: TEMPLATE, Parameters }));
  await ends('a CREATE_COMPLETE ');
  const update = { StackName: 'a', UsePreviousTemplate: true, Parameters: given({ amiId: newer }) };
  await cloudFormation.send(new UpdateStackCommand({ ...update, ClientRequestToken: 'mine' }));
  await ends('a UPDATE_COMPLETE mine');
  const all = await tokens();
  expect(all.slice(all.indexOf('a UPDATE_IN_PROGRESS mine'))).toEqual([
    'a UPDATE_IN_PROGRESS mine',
    'Template UPDATE_IN_PROGRESS mine',
    'Template UPDATE_COMPLETE mine',
    'a UPDATE_COMPLETE_CLEANUP_IN_PROGRESS mine',
    'a UPDATE_COMPLETE mine',
  ]);
});
