import { Failure } from './failure.ts';
import type { Imds } from './imds.ts';

/**
 * The region of an availability zone, local zone (us-west-2-lax-1a) or Wavelength zone (us-east-1-wl1-bos-wlz-1):
 * a name's words up to the first number. Undefined when the name has no such beginning.
 */
export function regionOfZone(zone: string): string | undefined {
  return /^[a-z]+(-[a-z]+)+-\d+/.exec(zone)?.[0];
}

/** The region this instance runs in, as IMDS tells it. */
export async function instanceRegion(imds: Imds): Promise<string> {
  const region = await imds.text('meta-data/placement/region');
  if (region !== undefined && regionOfZone(region) === region) return region;
  const zone = await imds.text('meta-data/placement/availability-zone');
  const fromZone = regionOfZone(zone ?? '');
  if (fromZone === undefined) throw new Failure('IMDS names neither the region nor a zone that leads to one');
  return fromZone;
}
