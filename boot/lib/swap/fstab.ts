import { readFileSync, statSync } from 'node:fs';
import { replaceFile } from '../atomic-file.ts';
import { escapeSpaces, unescapeSpaces } from './host.ts';

/** Adds a swap file to fstab unless it is there; gives whether it was added. The rest of fstab stays as it is. */
export function addToFstab(fstab: string, swapFile: string): boolean {
  const text = readFileSync(fstab, 'utf8');
  if (text.split('\n').some(line => isSwapEntry(line, swapFile))) return false;
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  // nofail: a boot must not stop for a swap file that is gone.
  replaceFile(fstab, `${before}${escapeSpaces(swapFile)} none swap sw,nofail 0 0\n`, statSync(fstab).mode & 0o777);
  return true;
}

function isSwapEntry(line: string, swapFile: string): boolean {
  const [file = '', , type] = line.trim().split(/\s+/);
  return type === 'swap' && unescapeSpaces(file) === swapFile;
}
