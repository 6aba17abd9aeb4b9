import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/**
 * Gives each line of a stream, the last one too if it has no end. Nothing but a newline ends a line: what else node's
 * readline takes for an end (U+2028, a lone carriage return) would let what is printed begin a line of its own.
 */
export function eachLine(stream: Readable, take: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let begun = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (begun + decoder.write(chunk)).split('\n');
    begun = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  stream.on('end', () => {
    begun += decoder.end();
    if (begun !== '') take(begun);
  });
}
