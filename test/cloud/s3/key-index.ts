import { Buffer } from 'node:buffer';

/**
 * The keys of a bucket in S3's order, that of their UTF-8 bytes. JavaScript compares strings by UTF-16 units, which
 * differs beyond the basic plane, so each key is kept as a string of one character per byte, where the orders agree.
 */
export class KeyIndex {
  readonly #bytes: string[] = [];
  #unsorted = false;

  get size(): number {
    return this.#bytes.length;
  }

  /** For filling at start: sorts once, when the index is first used. The keys must be distinct and new. */
  addAll(keys: Iterable<string>): void {
    for (const key of keys) this.#bytes.push(toBytes(key));
    this.#unsorted = true;
  }

  add(key: string): void {
    const bytes = toBytes(key);
    const at = this.#find(bytes);
    if (this.#bytes[at] !== bytes) this.#bytes.splice(at, 0, bytes);
  }

  remove(key: string): void {
    const bytes = toBytes(key);
    const at = this.#find(bytes);
    if (this.#bytes[at] === bytes) this.#bytes.splice(at, 1);
  }

  /** The first key at or after `key`. */
  atOrAfter(key: string): string | undefined {
    return this.#at(this.#find(toBytes(key)));
  }

  /** The first key after `key`. */
  after(key: string): string | undefined {
    const bytes = toBytes(key);
    const at = this.#find(bytes);
    return this.#at(this.#bytes[at] === bytes ? at + 1 : at);
  }

  /** The first key after all those that begin with `prefix`. */
  afterPrefix(prefix: string): string | undefined {
    // No byte is as large as this character, so it stands behind every continuation of the prefix.
    return this.#at(this.#find(`${toBytes(prefix)}\u0100`));
  }

  #at(index: number): string | undefined {
    const bytes = this.#bytes[index];
    return bytes === undefined ? undefined : Buffer.from(bytes, 'latin1').toString();
  }

  /** Where `bytes` stands, or would stand. */
  #find(bytes: string): number {
    if (this.#unsorted) this.#bytes.sort(compare);
    this.#unsorted = false;
    let [low, high] = [0, this.#bytes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#bytes[middle]! < bytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** S3's order of keys: that of their UTF-8 bytes. */
export function compareKeys(a: string, b: string): number {
  return compare(toBytes(a), toBytes(b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function toBytes(key: string): string {
  return Buffer.from(key).toString('latin1');
}
