import { UserMistake } from '../command/problems.ts';
import { bold, terminalWidth } from '../command/terminal.ts';
import { cloudFormationClient, ec2Client, type Place, useProfile } from './clients.ts';
import { type Inventory, takeInventory, unmatched } from './inventory.ts';
import type { Options } from './options.ts';
import { matcher } from './patterns.ts';

/** Does what `lava-ami` was asked for. Results go to stdout, everything else to stderr. */
export async function lavaAmi(options: Options): Promise<void> {
  const { profile, region } = options;
  useProfile(profile);
  try {
    const place = { ...(region && { region }) };
    if (options.action === 'list') await showListing(options, place);
    else await (await import('./roll-out.ts')).rollOut(options, await inventoryOf(place), place);
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

async function showListing(options: Options, place: Place): Promise<void> {
  const { count, arch, patterns, json } = options;
  const inventory = await inventoryOf(place);
  const { list, listingAsText } = await import('./listing.ts');
  const listing = list(inventory, { count, ...(arch && { arch }), isWanted: matcher(patterns) }, new Date());
  if (inventory.knowsStacks) {
    for (const pattern of unmatched(patterns, inventory)) listing.notes.push(`No worker stack is called ${pattern}.`);
  }
  process.stdout.write(
    json ? `${JSON.stringify(listing, null, 2)}\n` : listingAsText(listing, terminalWidth(process.stdout), bold),
  );
}

/** Images, then stacks; each client is loaded when it is asked. */
async function inventoryOf(place: Place): Promise<Inventory> {
  const cloudformation = cloudFormationClient(place);
  const ec2 = cloudformation.then(() => ec2Client(place));
  return takeInventory({
    stacks: async () => (await import('./stacks.ts')).workerStacks(await cloudformation),
    images: async () => (await import('./images.ts')).lavaImages(await ec2),
    imagesById: async ids => (await import('./images.ts')).imagesById(await ec2, ids),
  });
}
