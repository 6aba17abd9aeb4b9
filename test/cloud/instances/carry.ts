import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** Joins two connections: what one says the other hears, to its last byte; when one breaks, both end. */
export function carry(one: Socket, other: Socket): void {
  pipeline(one, other, one, () => {});
}
