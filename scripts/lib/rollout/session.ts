import { type Image, isDeprecated } from '../aws/images.ts';
import { clean } from '../command/clean.ts';
import { wrap } from '../command/table.ts';
import { type Circumstances, fittingImages } from './decide.ts';
import { newestOfEach } from './inventory.ts';
import { type WorkerStack, whyNotUpdatable } from './stacks.ts';

/** What the session needs of the world around it. */
export interface World {
  ask: (question: string) => Promise<string | undefined>;
  say: (line: string) => void;
  /** Width of the terminal. */
  width: number;
  emphasis: (text: string) => string;
  whatChanges: (from: Image | undefined, to: Image) => Promise<string[]>;
  /** Starts the update; the promise is kept when CloudFormation has taken it. */
  start: (stack: WorkerStack, to: Image) => Promise<void>;
  /** How many images of each architecture are offered. */
  count: number;
}

type Answer = 'next' | 'quit';

/** Goes through the stacks and asks which image each should have. Return goes on to the next one, q ends it. */
export async function session(stacks: WorkerStack[], circumstances: Circumstances, world: World): Promise<void> {
  for (const [n, stack] of stacks.entries()) {
    world.say('');
    const title = `${stack.name} (${n + 1} of ${stacks.length}): realm ${stack.realm}, worker ${stack.worker}`;
    for (const line of wrap(clean(title), world.width, '  ')) world.say(world.emphasis(line));
    if ((await askAbout(stack, circumstances, world)) === 'quit') return;
  }
}

async function askAbout(stack: WorkerStack, circumstances: Circumstances, world: World): Promise<Answer> {
  const say = (text: string) => {
    for (const line of wrap(clean(text).trimEnd(), world.width, `${/^ */.exec(text)?.[0] ?? ''}  `)) world.say(line);
  };
  const why = whyNotUpdatable(stack);
  if (why) {
    say(`  It can not be updated: ${why}.`);
    return 'next';
  }
  const fit = fittingImages(stack, circumstances);
  if ('why' in fit) {
    say(`  It can not be updated: ${fit.why}.`);
    return 'next';
  }
  const from = circumstances.inventory.byId.get(stack.imageId);
  say(`  Now: ${stack.imageId} ${from ? from.name : '(there is no such image any more)'}`);
  const offered = newestOfEach(fit.images, world.count);
  if (offered.length === 0) {
    say(`  There is no image for ${circumstances.arch ?? fit.architectures.join(' or ')}.`);
    return 'next';
  }
  for (const [n, image] of offered.entries()) say(`  ${n + 1}  ${describe(n + 1, image, stack, circumstances.now)}`);
  const to = await choose(offered, stack, world, say);
  if (typeof to === 'string') return to;
  say(`  From ${stack.imageId} ${from?.name ?? ''}`);
  say(`  to   ${to.id} ${to.name}`);
  for (const line of await world.whatChanges(from, to)) say(`    ${line}`);
  say(`  Update ${stack.name}?`);
  const answer = await world.ask('  Only yes means yes: ');
  if (answer === undefined || answer === 'q') return 'quit';
  if (answer === 'yes') await world.start(stack, to);
  else say('  Not updated.');
  return 'next';
}

/** Asks until the answer can be understood. */
async function choose(
  offered: Image[],
  stack: WorkerStack,
  { ask }: World,
  say: (text: string) => void,
): Promise<Image | Answer> {
  for (;;) {
    const answer = await ask('  Number, Return skips, q quits: ');
    if (answer === undefined || answer === 'q') return 'quit';
    if (answer === '') return 'next';
    const image = /^\d+$/.test(answer) ? offered[Number(answer) - 1] : offered.find(({ id }) => id === answer);
    if (image && image.id !== stack.imageId) return image;
    const numbers = offered.length === 1 ? '1' : `1 to ${offered.length}`;
    say(
      image ? '  It has that image already.' : `  ${JSON.stringify(answer)} is none of them: ${numbers}, Return or q.`,
    );
  }
}

function describe(number: number, image: Image, stack: WorkerStack, now: Date): string {
  const remarks = [
    number === 1 && 'newest',
    image.id === stack.imageId && 'now',
    isDeprecated(image, now) && 'deprecated',
    !image.encrypted && 'not encrypted',
  ].filter(Boolean);
  return [image.id, image.name, ...(remarks.length > 0 ? [`(${remarks.join(', ')})`] : [])].join(' ');
}
