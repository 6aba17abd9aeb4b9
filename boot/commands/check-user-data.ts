import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkUserData } from '../lib/check-user-data.ts';
import { parseUserData, sortKeys } from '../lib/user-data.ts';

/** Checks the user data in a file, or in standard input for `-`. Prints each problem; gives 2 when there are any. */
export function main(file: string | undefined): number {
  if (file === undefined || file === '') {
    console.error('usage: check-user-data FILE, or - for standard input');
    return 2;
  }
  let document: Buffer;
  try {
    document = readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    console.error(`The user data cannot be read: ${(error as Error).message}`);
    return 2;
  }
  const name = file === '-' ? 'standard input' : file;
  const problems = checkUserData(document);
  for (const { line, column, message } of problems) console.error(`${name}:${line}:${column}: ${message}`);
  if (problems.length === 0) console.log(`${name}: fine, ${document.length} bytes, ${obeyed(document)}`);
  return problems.length === 0 ? 0 : 2;
}

function obeyed(document: Buffer): string {
  const userData = parseUserData(document);
  const keys = userData.kind === 'object' ? sortKeys(userData.object).known : [];
  return keys.length === 0 ? 'with nothing to do for the boot scripts' : `with ${keys.join(', ')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv[2]);
