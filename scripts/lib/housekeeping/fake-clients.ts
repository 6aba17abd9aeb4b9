import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Clients } from './clients.ts';

/** What an action answers, by its name: an answer, an error to throw, or what makes one of its input. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows the input of the actions it answers
export type Answers = Record<string, object | ((input: any) => object)>;

export interface FakeClients extends Clients {
  iam: IAMClient;
  /** `Action {input}` of every call, in their order. */
  calls: string[];
}

/** Clients for tests that answer as they are told; an action that nothing was said about is an error. */
export function fakeClients(answers: Answers): FakeClients {
  const calls: string[] = [];
  const send = async (command: { input: object }) => {
    const action = command.constructor.name.replace(/Command$/, '');
    calls.push(`${action} ${JSON.stringify(command.input)}`);
    const given = answers[action];
    const answer = typeof given === 'function' ? given(command.input) : given;
    if (answer === undefined) throw new Error(`The test answers no ${action}`);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  // Paginators want an instance of the real class.
  const fake = <Client extends object>(prototype: Client): Client =>
    Object.assign(Object.create(prototype), { send, config: { region: async () => 'us-east-1' } });
  return {
    autoScaling: fake(AutoScalingClient.prototype),
    cloudFormation: fake(CloudFormationClient.prototype),
    ec2: fake(EC2Client.prototype),
    iam: fake(IAMClient.prototype),
    ssm: fake(SSMClient.prototype),
    calls,
  };
}

/** What an account answers that uses nothing. */
export const NOTHING_USED: Answers = {
  DescribeStacks: {},
  DescribeLaunchTemplates: {},
  DescribeAutoScalingGroups: {},
  DescribeLaunchConfigurations: {},
  DescribeInstances: {},
  DescribeImageAttribute: {},
  DescribeSnapshotAttribute: {},
};

/** An error as the SDK throws it. */
export function refusal(name: string, message = `${name}, says AWS`): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 403 } });
}
