import { clean } from '../command/clean.ts';

/** Rows with their cells below each other, two spaces between them; the last one of each is left as it is. */
export function aligned(given: readonly (readonly string[])[]): string[] {
  const rows = given.map(row => row.map(clean));
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, n) => Math.max(most[n] ?? 0, cell.length)), []);
  return rows.map(row => row.map((cell, n) => (n < row.length - 1 ? cell.padEnd(widths[n] ?? 0) : cell)).join('  '));
}
