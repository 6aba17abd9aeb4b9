import { Journal } from '../lib/journal.ts';
import type { Severity } from '../lib/syslog.ts';

/** A journal that keeps its lines. */
export function recorder(): { journal: Journal; lines: { severity: Severity; text: string }[] } {
  const lines: { severity: Severity; text: string }[] = [];
  const journal = new Journal({
    write: (severity, text) => {
      lines.push({ severity, text });
    },
    close: async () => {},
  });
  return { journal, lines };
}
