import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { type Measured, readText } from './request-body.ts';
import type { S3Call } from './s3-call.ts';
import { malformedXml } from './s3-fault.ts';

/** DeleteObjects with a thousand of the longest keys comes to less. */
const LIMIT = 4 * 2 ** 20;

/** An element of a document: text, or elements by name; one that occurs several times is an array. */
export type XmlNode = string | { [name: string]: XmlNode | XmlNode[] };

const parser = new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true, ignoreDeclaration: true });

/** Reads a request's body, whose root element must be `root`. Throws MalformedXML. */
export async function readXml(call: S3Call, root: string): Promise<{ content: XmlNode; measured: Measured }> {
  const { text, measured } = await readText(call, LIMIT);
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) throw malformedXml(verdict.err.msg);
  const document: { [name: string]: XmlNode } = parser.parse(text);
  const content = document[root];
  if (content === undefined) throw malformedXml(`its root element must be ${root}`);
  return { content, measured };
}

/** All elements of a name below a node, in order. */
export function childrenOf(node: XmlNode, name: string): XmlNode[] {
  const found = typeof node === 'string' ? undefined : node[name];
  return found === undefined ? [] : [found].flat();
}

/** The text of the one element of this name; undefined when there is none. */
export function textOf(node: XmlNode, name: string): string | undefined {
  const [first] = childrenOf(node, name);
  return typeof first === 'string' ? first : undefined;
}
