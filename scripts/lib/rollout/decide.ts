import { type Image, isDeprecated } from '../aws/images.ts';
import { PREVIOUS } from '../aws/tags.ts';
import { architecturesOf, type InstanceTypes } from './architectures.ts';
import type { Inventory } from './inventory.ts';
import { type WorkerStack, whyNotUpdatable } from './stacks.ts';

/** What is to become of a stack. */
export type Decision = {
  stack: WorkerStack;
  /** The image it has, as far as that is known. */
  from?: Image;
} & (
  | { kind: 'update'; to: Image }
  /** It has the wanted image already. */
  | { kind: 'has it'; to: Image }
  | { kind: 'refused'; why: string }
);

/** Which image stacks should get. */
export type Choice = { kind: 'set'; image: Image } | { kind: 'newest' } | { kind: 'previous' };

/** Everything that a decision looks at. */
export interface Circumstances {
  inventory: Pick<Inventory, 'images' | 'byId'>;
  /** Undefined when they could not be asked. */
  types: InstanceTypes | undefined;
  now: Date;
  arch?: string | undefined;
}

/** Decides what becomes of a stack. Asks nothing. */
export function decide(stack: WorkerStack, choice: Choice, circumstances: Circumstances): Decision {
  const from = circumstances.inventory.byId.get(stack.imageId);
  const about = { stack, ...(from && { from }) };
  const refused = (why: string): Decision => ({ ...about, kind: 'refused', why });
  const why = whyNotUpdatable(stack);
  if (why) return refused(why);
  const fit = fittingImages(stack, circumstances);
  if ('why' in fit) return refused(fit.why);
  const to = wanted(stack, choice, fit.images, circumstances, from);
  if (typeof to === 'string') return refused(to);
  if (!fit.architectures.includes(to.arch)) {
    return refused(
      `it runs on ${fit.architectures.join(' and ')} (${stack.instanceTypes.join(', ')}), the image is for ${to.arch}`,
    );
  }
  return { ...about, kind: to.id === stack.imageId ? 'has it' : 'update', to };
}

/** The image itself, or why there is none. */
function wanted(
  stack: WorkerStack,
  choice: Choice,
  fitting: Image[],
  { inventory, now }: Circumstances,
  from: Image | undefined,
): Image | string {
  if (choice.kind === 'set') return choice.image;
  if (choice.kind === 'previous') {
    const id = stack.tags[PREVIOUS];
    if (!id) return `no image is recorded that it had before (tag ${PREVIOUS})`;
    return (
      inventory.images.find(image => image.id === id) ??
      `${id}, which it had before, is no available image for lava any more`
    );
  }
  const usable = fitting.filter(image => !isDeprecated(image, now));
  // A stack that may run on several architectures keeps the one that it has.
  const newest = usable.find(({ arch }) => arch === from?.arch) ?? usable[0];
  return newest ?? 'there is no image that fits and is not deprecated';
}

/** The images that a stack can run on, newest first, and their architectures; or why that can not be said. */
export function fittingImages(
  stack: WorkerStack,
  { inventory, types, arch }: Pick<Circumstances, 'inventory' | 'types' | 'arch'>,
): { architectures: string[]; images: Image[] } | { why: string } {
  const current = inventory.byId.get(stack.imageId)?.arch;
  const named = types && architecturesOf(stack.instanceTypes, types);
  if (named?.length === 0 && stack.instanceTypes.length > 0) {
    return { why: `EC2 knows no instance type such as ${stack.instanceTypes.join(', ')} here` };
  }
  const architectures = named?.length ? named : current ? [current] : [];
  if (architectures.length === 0)
    return { why: 'neither its instance types nor its image say for which architecture it is' };
  const images = inventory.images.filter(image => architectures.includes(image.arch) && (!arch || image.arch === arch));
  return { architectures, images };
}
