import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { EC2 } from '@aws-sdk/client-ec2';
import type { IAM } from '@aws-sdk/client-iam';
import type { S3 } from '@aws-sdk/client-s3';
import type { SSM } from '@aws-sdk/client-ssm';
import type { STS } from '@aws-sdk/client-sts';

// AWS clients for tests, which answer as they are told and note what they were asked. Clients of the real classes whose
// `send` is replaced: the SDK's paginators and waiters take no others. aws-sdk-client-mock would do most of this, but it
// notes the inputs themselves, not what they were: a paginator uses one again for its next page, and then all pages seem
// to have been asked for with the token of the last one.

/** What each action answers; those of all services, by the names of their commands. */
export type Answers = ActionsOf<AutoScaling> &
  ActionsOf<CloudFormation> &
  ActionsOf<EC2> &
  ActionsOf<IAM> &
  ActionsOf<S3> &
  ActionsOf<SSM> &
  ActionsOf<STS>;

/** The same answer each time, one after the other and then the last one, or what is made of the input. Errors are thrown. */
type Answer<Input, Output> = One<Output> | readonly One<Output>[] | ((input: Input) => One<Output>);
type One<Output> = Loose<Output> | Error;

/** As much of an answer as a test needs. Words need not be known as those of a list, such as the states of an image. */
type Loose<Output> = Output extends string
  ? string
  : Output extends Date | Uint8Array
    ? Output
    : Output extends readonly (infer Item)[]
      ? readonly Loose<Item>[]
      : Output extends object
        ? { readonly [Name in keyof Output]?: Loose<Output[Name]> | undefined }
        : Output;

/** The form of an action that knows input and output: the one with a callback, which is declared last. */
// biome-ignore lint/suspicious/noExplicitAny: what they really are is inferred
type Action<Input = any, Output = any> = (
  input: Input,
  options: never,
  done: (error: unknown, output?: Output) => void,
) => void;
type ActionsOf<Service> = {
  [Name in Exclude<keyof Service, 'send'> as Service[Name] extends Action
    ? Capitalize<Name & string>
    : never]?: Service[Name] extends Action<infer Input, infer Output> ? Answer<Input, Output> : never;
};

/** A call as it was made. */
export interface Call {
  action: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the input of the actions it looks at
  input: any;
}

type Class<Client> = new (settings: { region: string }) => Client;

/** A client of that class in us-east-1. An action that nothing was said about is an error. */
export function fakeClient<Client extends object>(
  kind: Class<Client>,
  answers: Answers,
  calls: Call[] = [],
): Client & { calls: Call[] } {
  const given = new Map<string, number>();
  const send = async (command: { input: object }) => {
    const action = command.constructor.name.replace(/Command$/, '');
    const input = structuredClone(command.input);
    calls.push({ action, input });
    const all = (answers as Record<string, unknown>)[action];
    if (all === undefined) throw new Error(`The test answers no ${action}`);
    const number = given.get(action) ?? 0;
    given.set(action, number + 1);
    const answer =
      typeof all === 'function' ? all(input) : Array.isArray(all) ? all[Math.min(number, all.length - 1)] : all;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return Object.assign(new kind({ region: 'us-east-1' }), { send, calls });
}

/** A client of each class, by the same names; their calls are in one list, in their order. */
export function fakeClients<Kinds extends Record<string, Class<object>>>(
  kinds: Kinds,
  answers: Answers,
): { [Name in keyof Kinds]: InstanceType<Kinds[Name]> } & { calls: Call[] } {
  const calls: Call[] = [];
  const clients = Object.entries(kinds).map(([name, kind]) => [name, fakeClient(kind, answers, calls)]);
  return { ...Object.fromEntries(clients), calls };
}

/** An error as the SDK throws it. */
export function awsError(name: string, message = `${name}, says AWS`, httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}
