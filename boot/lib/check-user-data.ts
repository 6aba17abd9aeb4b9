import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { plainLine } from './plain-line.ts';
import { checkKey, type Key } from './schema.ts';
import { faultSentence, LONGEST_USER_DATA, nearestName, parseUserData, sortKeys, unknownSubKeys } from './user-data.ts';

/** Something that the boot scripts, or EC2, would refuse or ignore. Lines and columns count from 1. */
export interface Problem {
  line: number;
  column: number;
  message: string;
}

type Path = (string | number)[];

/** Everything wrong with a user data document, in its order, found by the code that obeys it at boot. */
export function checkUserData(document: Buffer): Problem[] {
  const problems = document.length > LONGEST_USER_DATA ? [tooLong(document)] : [];
  const userData = parseUserData(document);
  const text = document.toString('utf8').replace(/^\uFEFF/, '');
  if (userData.kind === 'foreign') {
    const message = `this is not JSON but looks like ${userData.format}: the boot scripts would do nothing`;
    problems.push({ line: 1, column: 1, message });
  }
  if (userData.kind === 'mistake') problems.push(...syntaxProblems(text, userData.message));
  if (userData.kind === 'object') problems.push(...keyProblems(text, userData.object));
  return problems.sort((one, other) => one.line - other.line || one.column - other.column);
}

function tooLong(document: Buffer): Problem {
  const message = `the document has ${document.length} bytes, and EC2 accepts ${LONGEST_USER_DATA}`;
  const end = document.subarray(0, LONGEST_USER_DATA).toString('utf8');
  return { ...position(end, end.length), message: `${message}: here is where they end` };
}

function keyProblems(text: string, object: Record<string, unknown>): Problem[] {
  const { tree } = parse(text);
  const { known, unknown } = sortKeys(object);
  const at = (path: Path, message: string) => ({ ...position(text, offsetOf(tree, path)), message });
  const unheardOf = (path: Path, name: string, below?: Key) => {
    const place = below === undefined ? '' : ` in ${below}`;
    return at(path, `unknown key "${plainLine(name, 60)}"${place}; the nearest known is ${nearestName(name, below)}`);
  };
  return [
    ...unknown.map(name => unheardOf([name], name)),
    ...known.flatMap(key => unknownSubKeys(key, object[key]).map(name => unheardOf([key, name], name, key))),
    ...known.flatMap(key => {
      const checked = checkKey(key, object[key]);
      const faults = 'faults' in checked ? checked.faults : [];
      return faults.map(fault => at([key, ...fault.path], faultSentence(key, fault)));
    }),
    ...repeatedKeys(tree).map(node => ({
      ...position(text, node.offset),
      message: `the key "${plainLine(node.value, 60)}" stands here again; only the last one counts`,
    })),
  ];
}

/** Names that the same object has had before, in the document and in the objects right below it. */
function repeatedKeys(tree: Node | undefined): Node[] {
  const objects = [tree, ...(tree?.children ?? []).map(property => property.children?.[1])];
  return objects.flatMap(object => {
    const names = (object?.type === 'object' ? (object.children ?? []) : []).map(property => property.children![0]!);
    return names.filter((name, index) => names.findIndex(({ value }) => value === name.value) < index);
  });
}

/** Where the text stops being JSON. JSON.parse doesn't tell without quoting the text. */
function syntaxProblems(text: string, otherwise: string): Problem[] {
  const { tree, errors } = parse(text);
  const [first] = errors;
  if (first === undefined) {
    const message = tree === undefined ? 'this is not JSON, and nested too deeply to say where it breaks' : otherwise;
    return [{ line: 1, column: 1, message }];
  }
  const words = printParseErrorCode(first.error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return [{ ...position(text, first.offset), message: `this is not JSON from here on: ${words}` }];
}

/** The document with the places of its parts; without, where it is nested too deeply for the parser's recursion. */
function parse(text: string): { tree: Node | undefined; errors: ParseError[] } {
  const errors: ParseError[] = [];
  try {
    return { tree: parseTree(text, errors, { disallowComments: true, allowTrailingComma: false }), errors };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { tree: undefined, errors: [] };
  }
}

/** The place of a value, or of the name before it. */
function offsetOf(tree: Node | undefined, path: Path): number {
  const node = tree && findNodeAtLocation(tree, path);
  return (node?.parent?.type === 'property' ? node.parent.offset : node?.offset) ?? 0;
}

function position(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
