import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { schemaDocument, withKeyTable } from './schema-document.ts';

const MEND = 'run: node boot/commands/user-data-schema.ts';

function text(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
}

it('is published as it is declared', () => {
  expect(text('user-data.schema.json') === schemaDocument(), MEND).toBe(true);
});

it('is in the documentation as it is declared', () => {
  expect(text('README.md')).toContain('| swap | size |');
  expect(text('README.md') === withKeyTable(text('README.md')), MEND).toBe(true);
});
