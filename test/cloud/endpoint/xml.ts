/** A tree that becomes XML: undefined and null leave their element out, dates become ISO 8601. */
export type XmlValue = unknown;

/** A list that repeats its own element even where lists have items, as a few of EC2's do. */
export class Repeated {
  readonly entries: XmlValue[];

  constructor(entries: XmlValue[]) {
    this.entries = entries;
  }
}

/**
 * The element `name` with `value` inside. `listItem` names the elements of an array (`item` for EC2, `member` for IAM);
 * without it, as in S3, an array repeats its own element.
 */
export function xmlElement(name: string, value: XmlValue, listItem?: string): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Repeated) return value.entries.map(entry => xmlElement(name, entry, listItem)).join('');
  if (Array.isArray(value) && !listItem) return value.map(entry => xmlElement(name, entry)).join('');
  return `<${name}>${content(value, listItem)}</${name}>`;
}

/** The elements of an object, one after the other, without one around them. */
export function xmlElements(tree: object, listItem?: string): string {
  return Object.entries(tree)
    .map(([name, value]) => xmlElement(name, value, listItem))
    .join('');
}

function content(value: XmlValue, listItem?: string): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(entry => xmlElement(listItem!, entry, listItem)).join('');
  return typeof value === 'object' ? xmlElements(value!, listItem) : escapeXml(String(value));
}

const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters are written as numbers, as S3 does for keys that hold them; a bare CR would be read as LF. */
function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is for
  return text.replace(/[&<>"\u0000-\u0008\u000b-\u001f]/g, c => NAMED[c] ?? `&#${c.charCodeAt(0)};`);
}
