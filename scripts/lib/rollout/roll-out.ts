import { join } from 'node:path';
import type { ImagesAndStacks } from '../aws/clients.ts';
import { isDenied } from '../aws/errors.ts';
import { clean } from '../command/clean.ts';
import type { Frame } from '../command/main.ts';
import { Failure, type Problem, refuse } from '../command/problems.ts';
import type { Progress } from '../command/progress.ts';
import { ROOT } from '../command/root.ts';
import { bold, terminalWidth } from '../command/terminal.ts';
import { type InstanceTypes, instanceTypes } from './architectures.ts';
import { createQuestions } from './ask.ts';
import { whatChanges } from './changes.ts';
import { type Choice, type Circumstances, type Decision, decide } from './decide.ts';
import { follow } from './follow.ts';
import { type Inventory, unmatched } from './inventory.ts';
import type { Options } from './options.ts';
import { matcher } from './patterns.ts';
import { preview } from './preview.ts';
import { changesAsText, isOk, type Result, resultOf, resultOfEnding, resultsAsText } from './results.ts';
import { session } from './session.ts';
import type { WorkerStack } from './stacks.ts';
import { changesNothing, keepsPrevious, startUpdate, type Update } from './update.ts';

/** Everything that an update of stacks works with. */
interface RollOut {
  options: Options;
  clients: ImagesAndStacks;
  circumstances: Circumstances;
  signal: AbortSignal;
  progress: Progress;
  /** Updates that are under way. */
  pending: Update[];
  results: Result[];
}

/** Gives stacks another image, as the options say; ends with a table, and status 1 when something did not work out. */
export async function rollOut(
  options: Options,
  inventory: Inventory,
  clients: ImagesAndStacks,
  { progress, signal }: Frame,
): Promise<void> {
  const { workers, images, notes } = inventory;
  if (notes.length > 0 && (workers.length === 0 || images.length === 0)) throw new Failure(notes.join('\n'));
  const problems = unmatched(options.patterns, inventory).map(pattern => notFound(pattern, inventory));
  const choice = choiceOf(options, inventory, problems);
  refuse(problems);
  const isWanted = matcher(options.patterns);
  const stacks = workers.filter(({ name }) => isWanted(name));
  for (const note of notes) progress.line(note);
  const parasites = inventory.parasites.filter(isWanted);
  if (parasites.length > 0) progress.line(`Left alone, having no image of their own: ${parasites.join(', ')}`);
  const types = await typesOf(stacks, clients, progress);
  const circumstances = { inventory, types, now: new Date(), arch: options.arch };
  const rollOut: RollOut = { options, clients, circumstances, signal, progress, pending: [], results: [] };
  try {
    if (choice) await byChoice(rollOut, stacks, choice);
    else await bySession(rollOut, stacks);
    if (options.wait) await waitForAll(rollOut);
  } catch (error) {
    progress.end();
    if (signal.aborted) throw interrupted(rollOut);
    if (rollOut.pending.length > 0) progress.line(stillUnderWay(rollOut));
    throw error;
  }
  progress.end();
  const { pending, results } = rollOut;
  for (const { stack, to } of pending) results.push({ stack: stack.name, from: stack.imageId, to, outcome: 'started' });
  show(rollOut);
  if (!results.every(isOk)) process.exitCode = 1;
}

function notFound(pattern: string, { workers }: Inventory): Problem {
  const names = workers.map(({ name }) => name);
  const fix =
    names.length > 0
      ? `There are: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', ...' : ''}`
      : 'There are none here.';
  return { parameter: 'STACK-NAME', value: pattern, source: 'command line', message: 'matches no worker stack', fix };
}

/** Nothing when people are to be asked. */
function choiceOf(
  { action, image: id = '' }: Options,
  { images, byId }: Inventory,
  problems: Problem[],
): Choice | undefined {
  if (action === 'newest' || action === 'previous') return { kind: action };
  if (action !== 'set') return undefined;
  const image = images.find(candidate => candidate.id === id);
  if (image) return { kind: 'set', image };
  const message = byId.has(id)
    ? 'is not an image for lava workers: available, of this account, named lava-*'
    : 'is no available image of this account that is named lava-*';
  problems.push({
    parameter: 'set',
    value: id,
    source: 'command line',
    message,
    fix: 'lava-ami lists those that will do.',
  });
  return undefined;
}

async function typesOf(
  stacks: WorkerStack[],
  { ec2 }: ImagesAndStacks,
  progress: Progress,
): Promise<InstanceTypes | undefined> {
  try {
    return await instanceTypes(
      ec2,
      stacks.flatMap(stack => stack.instanceTypes),
    );
  } catch (error) {
    if (!isDenied(error)) throw error;
    const instead = 'each stack keeps to the architecture of the image that it has';
    progress.line(`Instance types: the credentials may not ask for them; ${instead} (${(error as Error).message})`);
    return undefined;
  }
}

async function byChoice(rollOut: RollOut, stacks: WorkerStack[], choice: Choice): Promise<void> {
  const decisions = stacks.map(stack => decide(stack, choice, rollOut.circumstances));
  for (const decision of decisions) {
    rollOut.signal.throwIfAborted();
    if (decision.kind !== 'update') rollOut.results.push(resultOf(decision));
    else if (rollOut.options.dryRun) await tryOut(rollOut, decision);
    else await start(rollOut, decision.stack, decision.to.id);
  }
}

async function bySession(rollOut: RollOut, stacks: WorkerStack[]): Promise<void> {
  const { circumstances, options, signal } = rollOut;
  const questions = createQuestions(process.stdin, process.stderr, signal);
  try {
    await session(stacks, circumstances, {
      ask: questions.ask,
      say: line => void process.stderr.write(`${line}\n`),
      width: terminalWidth(process.stderr) ?? 80,
      emphasis: bold,
      whatChanges: (from, to) => whatChanges(join(ROOT, 'dist'), from, to),
      start: (stack, to) => start(rollOut, stack, to.id),
      count: options.count,
    });
  } finally {
    questions.close();
  }
}

/** Starts one update. That CloudFormation refuses it does not keep others from being started. */
async function start({ clients, progress, pending, results }: RollOut, stack: WorkerStack, to: string): Promise<void> {
  if (!keepsPrevious(stack))
    progress.line(`${stack.name} has no room for another tag: --previous will not work for it.`);
  const about = { stack: stack.name, from: stack.imageId, to };
  try {
    pending.push(await startUpdate(clients.cloudFormation, stack, to, new Date()));
    progress.line(`${stack.name}: the update to ${to} has begun.`);
  } catch (error) {
    const { name, message } = error as Error;
    if (changesNothing(error)) results.push({ ...about, outcome: 'has it already' });
    else if (name === 'ValidationError' || isDenied(error)) {
      results.push({ ...about, outcome: 'refused', reason: message });
      progress.line(`${stack.name}: ${clean(message)}`);
    } else throw error;
  }
}

async function tryOut(
  { clients, progress, results, signal }: RollOut,
  { stack, to }: Decision & { kind: 'update' },
): Promise<void> {
  progress.working(`${stack.name}: asking what would change`);
  const about = { stack: stack.name, from: stack.imageId, to: to.id };
  try {
    const changes = await preview(clients.cloudFormation, stack, to.id, signal);
    results.push({ ...about, outcome: 'would change', changes });
  } catch (error) {
    signal.throwIfAborted();
    if (!isDenied(error) && !(error instanceof Failure) && (error as Error).name !== 'ValidationError') throw error;
    results.push({ ...about, outcome: 'refused', reason: (error as Error).message });
  }
}

async function waitForAll({ clients, progress, pending, results, signal }: RollOut): Promise<void> {
  if (pending.length === 0) return;
  const endings = await follow(
    clients.cloudFormation,
    pending,
    {
      onEvent: ({ stack }, { Timestamp, ResourceStatus = '', LogicalResourceId = '', ResourceStatusReason = '' }) => {
        const time = (Timestamp ?? new Date()).toTimeString().slice(0, 8);
        progress.line(
          clean([time, stack.name, LogicalResourceId, ResourceStatus, ResourceStatusReason].join('  ')).trimEnd(),
        );
      },
      onWaiting: left => progress.working(`waiting for ${left.map(({ stack }) => stack.name).join(', ')}`),
      onBlind: why => progress.line(`Events: the credentials may not see them; waiting without (${why})`),
    },
    signal,
  );
  results.push(...endings.map(resultOfEnding));
}

function interrupted(rollOut: RollOut): Failure {
  const { message, exitStatus } = rollOut.signal.reason as Failure;
  return new Failure(`${message}\n${stillUnderWay(rollOut)}`, exitStatus);
}

/** What was begun goes on by itself in AWS. */
function stillUnderWay({ pending }: RollOut): string {
  const names = pending.map(({ stack }) => stack.name);
  if (names.length === 0) return 'No update is under way.';
  return `Still under way in AWS, and not stopped by this: ${names.join(', ')}\nTo look at them: lava-ami ${names.join(' ')}`;
}

function show({ options, results }: RollOut): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ results }, null, 2)}\n`);
    return;
  }
  const width = terminalWidth(process.stdout);
  for (const result of results.filter(({ changes }) => changes))
    process.stdout.write(`${changesAsText(result, width)}\n`);
  process.stdout.write(resultsAsText(results, width, bold));
}
