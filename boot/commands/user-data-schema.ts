/** Writes what is generated from the schema: user-data.schema.json and the table in README.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { schemaDocument, withKeyTable } from '../lib/schema-document.ts';

const readme = new URL('../README.md', import.meta.url);
writeFileSync(new URL('../user-data.schema.json', import.meta.url), schemaDocument());
writeFileSync(readme, withKeyTable(readFileSync(readme, 'utf8')));
