import { type ImagesAndStacks, imagesAndStacksClients, useProfile } from '../aws/clients.ts';
import type { Frame } from '../command/main.ts';
import { UserMistake } from '../command/problems.ts';
import { bold, terminalWidth } from '../command/terminal.ts';
import { type Inventory, takeInventory, unmatched } from './inventory.ts';
import type { Options } from './options.ts';
import { matcher } from './patterns.ts';

/** Does what `lava-ami` was asked for. Results go to stdout, everything else to stderr. */
export async function lavaAmi(options: Options, frame: Frame): Promise<void> {
  const { profile, region } = options;
  useProfile(profile);
  try {
    const clients = await imagesAndStacksClients(region);
    await checkRegion(clients);
    const inventory = await inventoryOf(clients);
    if (options.action === 'list') await showListing(options, inventory);
    else await (await import('./roll-out.ts')).rollOut(options, inventory, clients, frame);
  } catch (error) {
    if (!profile || (error as Error).name !== 'CredentialsProviderError') throw error;
    const fix = 'Name a profile of ~/.aws/config, and log in to it.';
    throw new UserMistake([
      {
        parameter: 'profile',
        value: profile,
        source: 'command line',
        message: `gives no credentials: ${(error as Error).message}`,
        fix,
      },
    ]);
  }
}

async function checkRegion({ ec2 }: ImagesAndStacks): Promise<void> {
  try {
    await ec2.config.region();
  } catch {
    const fix = 'Name one, or set AWS_REGION, or one in the AWS profile.';
    throw new UserMistake([{ parameter: 'region', message: 'is missing', fix }]);
  }
}

async function showListing(options: Options, inventory: Inventory): Promise<void> {
  const { count, arch, patterns, json } = options;
  const { list, listingAsText } = await import('./listing.ts');
  const listing = list(inventory, { count, ...(arch && { arch }), isWanted: matcher(patterns) }, new Date());
  if (inventory.knowsStacks) {
    for (const pattern of unmatched(patterns, inventory)) listing.notes.push(`No worker stack is called ${pattern}.`);
  }
  process.stdout.write(
    json ? `${JSON.stringify(listing, null, 2)}\n` : listingAsText(listing, terminalWidth(process.stdout), bold),
  );
}

/** Takes the inventory of the region; what reads the answers is loaded when it is needed. */
function inventoryOf({ cloudFormation, ec2 }: ImagesAndStacks): Promise<Inventory> {
  return takeInventory({
    stacks: async () => (await import('./stacks.ts')).workerStacks(cloudFormation),
    images: async () => (await import('../aws/images.ts')).lavaImages(ec2),
    imagesById: async ids => (await import('../aws/images.ts')).imagesById(ec2, ids),
  });
}
