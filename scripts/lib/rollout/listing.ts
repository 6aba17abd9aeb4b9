import { type Image, isDeprecated } from '../aws/images.ts';
import { type Column, table } from '../command/table.ts';
import { buildsBehind, type Inventory, newestOfEach, usage } from './inventory.ts';
import type { WorkerStack } from './stacks.ts';

/** What `lava-ami --json` prints. */
export interface Listing {
  /** The newest images of each architecture, newest first. */
  images: ListedImage[];
  stacks: ListedStack[];
  /** Stacks that run a worker on the instances of another one. */
  parasites: string[];
  /** What could not be found out, and what else is to be known. */
  notes: string[];
}

export interface ListedImage {
  id: string;
  name: string;
  created: string;
  lavaVersion: string;
  pythonVersion: string;
  os: string;
  arch: string;
  encrypted: boolean;
  /** From when on it is deprecated, if that is known; the moment may lie ahead. */
  deprecatedAt: string | null;
  deprecated: boolean;
  /** Nothing newer for this architecture. */
  newest: boolean;
  usedBy: string[];
}

export interface ListedStack {
  name: string;
  realm: string;
  worker: string;
  updated: string;
  imageId: string;
  imageName: string | null;
  /** `available`, ..., `gone` when there is no such image, null when that is not known. */
  imageState: string | null;
  /** Newer images of the same architecture; null when the image is not known. */
  behind: number | null;
  status: string;
}

export interface Wish {
  /** How many images of each architecture. */
  count: number;
  arch?: string;
  isWanted: (stackName: string) => boolean;
}

/** Chooses from the inventory what is to be listed. */
export function list(inventory: Inventory, { count, arch, isWanted }: Wish, now: Date): Listing {
  const users = usage(inventory.workers);
  const current = inventory.images.filter(image => !isDeprecated(image, now));
  const newest = new Set(newestOfEach(inventory.images, 1).map(({ id }) => id));
  const images = newestOfEach(inventory.images, count).filter(image => !arch || image.arch === arch);
  return {
    images: images.map(image => ({
      id: image.id,
      name: image.name,
      created: image.createdAt,
      lavaVersion: image.lavaVersion,
      pythonVersion: image.pythonVersion,
      os: image.os,
      arch: image.arch,
      encrypted: image.encrypted,
      deprecatedAt: image.deprecatedAt ?? null,
      deprecated: isDeprecated(image, now),
      newest: newest.has(image.id),
      usedBy: users.get(image.id) ?? [],
    })),
    stacks: inventory.workers.filter(({ name }) => isWanted(name)).map(stack => listed(stack, inventory, current)),
    parasites: inventory.parasites.filter(isWanted),
    notes: inventory.notes,
  };
}

function listed(stack: WorkerStack, { byId, knowsImages }: Inventory, current: Image[]): ListedStack {
  const image = byId.get(stack.imageId);
  return {
    name: stack.name,
    realm: stack.realm,
    worker: stack.worker,
    updated: stack.updatedAt,
    imageId: stack.imageId,
    imageName: image?.name ?? null,
    imageState: image?.state ?? (knowsImages ? 'gone' : null),
    behind: image ? buildsBehind(image, current) : null,
    status: stack.status,
  };
}

const moment = (iso: string) => iso.slice(0, 16).replace('T', ' ');
const day = (iso: string) => iso.slice(0, 10);

const IMAGE_COLUMNS: Column<ListedImage>[] = [
  { title: 'image', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name, below: true },
  { title: 'created', value: ({ created }) => moment(created), short: ({ created }) => day(created) },
  { title: 'lava', value: ({ lavaVersion }) => lavaVersion },
  { title: 'python', value: ({ pythonVersion }) => pythonVersion },
  { title: 'arch', value: ({ arch }) => arch },
  { title: 'encr', fullTitle: 'encrypted', value: ({ encrypted }) => (encrypted ? 'yes' : 'no') },
  { title: 'deprecated', value: image => deprecation(image) },
  { title: 'used by', value: ({ usedBy }) => usedBy.join(', '), below: true },
];

function deprecation({ deprecated, deprecatedAt }: ListedImage): string {
  return deprecated ? 'yes' : deprecatedAt ? day(deprecatedAt) : 'no';
}

const STACK_COLUMNS: Column<ListedStack>[] = [
  { title: 'stack', value: ({ name }) => name },
  { title: 'realm', value: ({ realm }) => realm },
  { title: 'worker', value: ({ worker }) => worker },
  { title: 'updated', value: ({ updated }) => moment(updated), short: ({ updated }) => day(updated) },
  { title: 'image', value: ({ imageId }) => imageId, below: true },
  { title: 'name', value: stack => imageOf(stack), below: true },
  { title: 'behind', value: ({ behind }) => (behind === null ? '?' : String(behind)) },
  { title: 'status', value: ({ status }) => status },
];

function imageOf({ imageName, imageState }: ListedStack): string {
  if (imageState === 'gone') return 'GONE: there is no such image any more';
  return `${imageName ?? 'not known'}${imageState && imageState !== 'available' ? ` (${imageState})` : ''}`;
}

/** The two tables. `width` is the terminal's, undefined without one; `emphasis` draws what is newest. */
export function listingAsText(
  { images, stacks, parasites, notes }: Listing,
  width: number | undefined,
  emphasis: (text: string) => string,
): string {
  const sections = [
    table(IMAGE_COLUMNS, images, { width, emphasis, standsOut: ({ newest }) => newest }),
    table(STACK_COLUMNS, stacks, { width }),
    parasites.length > 0 ? [`Without an image of their own: ${parasites.join(', ')}`] : [],
    notes,
  ];
  // What could not be found out may be there all the same, and is said as such.
  if (notes.length === 0 && images.length === 0) {
    sections[0] = ['No images for lava workers (available, of this account, named lava-*).'];
  }
  if (notes.length === 0 && stacks.length === 0) sections[1] = ['No worker stacks.'];
  return sections
    .filter(lines => lines.length > 0)
    .map(lines => `${lines.join('\n')}\n`)
    .join('\n');
}
