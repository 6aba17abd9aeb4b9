// A stand-in for an AWS client in tests: it answers by a table, and notes what it was asked.

/** As much of the questions as tests look at. */
interface Input {
  Filters?: { Name: string; Values: string[] }[];
  NextToken?: string;
  [name: string]: unknown;
}

interface Call {
  action: string;
  input: Input;
}

/** A client that answers each action by its function, or by the next of its list of answers; an Error is thrown. */
export function fakeClient(answers: Record<string, unknown[] | ((input: Input) => unknown)>) {
  const calls: Call[] = [];
  const send = async (command: { constructor: { name: string }; input: Input }) => {
    const action = command.constructor.name.replace(/Command$/, '');
    calls.push({ action, input: command.input });
    const source = answers[action];
    if (!source) throw new Error(`${action} is not expected`);
    const answer =
      typeof source === 'function' ? source(command.input) : source.length > 1 ? source.shift() : source[0];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { send: send as never, calls };
}

/** An error as AWS gives it. */
export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: {} });
}
