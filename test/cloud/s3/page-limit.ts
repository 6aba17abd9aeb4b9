import { invalidArgument } from './s3-fault.ts';

/** How many entries a page of a list may hold: what the client asks for, at most and by default 1000. */
export function limitOf(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null || text === '') return 1000;
  if (!/^\d{1,9}$/.test(text)) throw invalidArgument(name, `Provided ${name} not an integer or within integer range`);
  return Math.min(Number(text), 1000);
}
