import { toJsonSchema } from '@valibot/to-json-schema';
import { userDataSchema } from './schema.ts';

interface Described {
  description?: string;
  default?: unknown;
  properties?: Record<string, Described>;
}

/** The JSON Schema of the user data, for editors and other tools. Some checks have no words there and are left out. */
export function schemaDocument(): string {
  const schema = toJsonSchema(userDataSchema, { typeMode: 'input', ignoreActions: ['check'] });
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The keys of the user data as a Markdown table. */
export function keyTable(): string {
  const { properties = {} }: Described = JSON.parse(schemaDocument());
  const rows = Object.entries(properties).flatMap(([key, value]) => [
    row(key, '', value),
    ...Object.entries(value.properties ?? {}).map(([name, inner]) => row(key, name, inner)),
  ]);
  return ['| Key | Sub-key | Description |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Puts a new table between the marks that a Markdown document has for it. */
export function withKeyTable(markdown: string): string {
  return markdown.replace(
    /(<!-- keys -->\n)[\s\S]*?(<!-- end of keys -->)/,
    (_, start, end) => `${start}${keyTable()}\n${end}`,
  );
}

function row(key: string, name: string, { description = '', default: value }: Described): string {
  const preset = value === undefined ? '' : ` Default: \`${value}\`.`;
  return `| ${key} | ${name} | ${description}${preset} |`;
}
