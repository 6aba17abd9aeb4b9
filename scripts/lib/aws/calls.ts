import { AsyncLocalStorage } from 'node:async_hooks';

// What holds for every call to AWS, whoever makes it: it ends when the command is to stop, and a list has an end.

/** How long a call that is under way may still take when the command is to stop: its answer may name what it made. */
const GRACE = 3000;

let stop: AbortSignal | undefined;
const regardless = new AsyncLocalStorage<true>();

/** From here on all calls of this process end with that signal, and their error is its reason; undefined ends that. */
export function stopCallsAt(signal: AbortSignal | undefined): void {
  stop = signal;
}

/** Runs work whose calls don't end with the command: what cleans up after it. Their own time-outs hold. */
export function regardlessOfStop<Result>(work: () => Promise<Result>): Promise<Result> {
  return regardless.run(true, work);
}

interface Sender {
  send(command: { input: object }, options?: { abortSignal?: AbortSignal }): Promise<unknown>;
}

/** Gives back the client, whose calls end when the command is to stop, and whose lists may not go round in circles. */
export function guarded<Client extends object>(client: Client): Client {
  const sender = client as Sender;
  const send = sender.send.bind(client);
  const seen = new WeakMap<object, Set<string>>();
  sender.send = async (command, options) => {
    const asked = tokenOf(command.input, ASKED);
    const output = await untilStop(abortSignal => send(command, { ...options, abortSignal }), options?.abortSignal);
    const next = tokenOf(output, ANSWERED);
    // A paginator asks for all of its pages with one input.
    const before = seen.get(command.input) ?? new Set<string>();
    seen.set(command.input, before);
    if (next && asked && (next === asked || before.has(next))) throw repeated(command.constructor.name);
    if (next) before.add(next);
    return output;
  };
  return client;
}

/** Makes a call that is given up when the command is to stop, even while the SDK pauses between two attempts. */
async function untilStop<Result>(call: (signal: AbortSignal) => Promise<Result>, own?: AbortSignal): Promise<Result> {
  const ending = regardless.getStore() ? undefined : stop;
  ending?.throwIfAborted();
  own?.throwIfAborted();
  const giveUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    timer = setTimeout(() => giveUp.abort(ending?.reason), GRACE);
  };
  const now = () => giveUp.abort(own?.reason);
  own?.addEventListener('abort', now, { once: true });
  ending?.addEventListener('abort', soon, { once: true });
  const given = new Promise<never>((_, reject) => {
    giveUp.signal.addEventListener('abort', () => reject(giveUp.signal.reason), { once: true });
  });
  try {
    return await Promise.race([call(giveUp.signal), given]);
  } finally {
    clearTimeout(timer);
    own?.removeEventListener('abort', now);
    ending?.removeEventListener('abort', soon);
  }
}

/** The names under which AWS's services take and give the place where a list goes on. */
const ASKED = ['NextToken', 'Marker', 'ContinuationToken'];
const ANSWERED = ['NextToken', 'Marker', 'NextContinuationToken'];

function tokenOf(message: unknown, names: string[]): string | undefined {
  const name = names.find(each => typeof (message as Record<string, unknown> | undefined)?.[each] === 'string');
  return name && (message as Record<string, string>)[name];
}

function repeated(command: string): Error {
  const message = `${command.replace(/Command$/, '')} gives the same page of its list again and again`;
  return Object.assign(new Error(message), { name: 'RepeatedToken', $metadata: {} });
}
