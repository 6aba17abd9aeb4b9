import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { notedDaemon } from './running.ts';

const SOURCES = join(import.meta.dirname, '..');

/** A sentence for those who changed the cloud's code and wonder why nothing changes; nothing for anybody else. */
export function outdated(folder: string): string | undefined {
  const daemon = notedDaemon(folder);
  if (!daemon || lastChange() <= Date.parse(daemon.startedAt)) return undefined;
  return 'The local cloud still runs older code than is in test/cloud. After test/cloud/stop the next run has the new.';
}

/** When a source file was changed last, in milliseconds since 1970; tests don't count. */
function lastChange(): number {
  const times = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('cli/'))
    .map(name => statSync(join(SOURCES, name)).mtimeMs);
  return Math.max(...times);
}
