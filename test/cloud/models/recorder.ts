import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as autoscaling from '@aws-sdk/client-auto-scaling';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as pricing from '@aws-sdk/client-pricing';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import type { FakeCloud } from '../fake-cloud.ts';

const COMMANDS = { autoscaling, cloudformation, ec2, iam, pricing, ssm, sts };
export type ServiceName = keyof typeof COMMANDS;

export interface Recorder {
  /** Calls an action through AWS's own client; gives what that makes of the answer, which is kept as it came. */
  // biome-ignore lint/suspicious/noExplicitAny: the answers of many actions
  call(action: string, input?: object): Promise<any>;
  answers: { action: string; body: string }[];
}

/** Keeps the answers of one service as they come over the wire. */
export function record(cloud: FakeCloud, service: ServiceName): Recorder {
  const { autoScaling, cloudFormation, ...others } = cloud;
  const client = { ...others, autoscaling: autoScaling, cloudformation: cloudFormation }[service];
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  let body = '';
  requestHandler.handle = async (request, options) => {
    const result = await handle(request, options);
    const bytes = await buffer(result.response.body);
    body = bytes.toString();
    result.response.body = Readable.from([bytes]);
    return result;
  };
  const answers: Recorder['answers'] = [];
  return {
    answers,
    async call(action, input = {}) {
      const Command = COMMANDS[service][`${action}Command` as never] as new (input: object) => never;
      const answer = await (client as ec2.EC2Client).send(new Command(input));
      answers.push({ action, body });
      return answer;
    },
  };
}
