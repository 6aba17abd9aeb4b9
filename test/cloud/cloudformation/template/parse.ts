import { type CollectionTag, isCollection, LineCounter, Pair, parseDocument, type ScalarTag, YAMLMap } from 'yaml';
import { formatError, isBlock, type Value } from './template.ts';

/** Functions that YAML templates may write as a tag; `Ref` and `Condition` have no `Fn::` in front. */
const SHORT_FORMS = [
  'And',
  'Base64',
  'Cidr',
  'Contains',
  'EachMemberEquals',
  'EachMemberIn',
  'Equals',
  'FindInMap',
  'ForEach',
  'GetAZs',
  'GetAtt',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'RefAll',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
  'ValueOf',
  'ValueOfAll',
];

const TAGS = [
  ...['Ref', 'Condition'].flatMap(name => tagsOf(name, name)),
  ...SHORT_FORMS.flatMap(name => tagsOf(name, `Fn::${name}`)),
];

/** Reads YAML with CloudFormation's short tags, or JSON. Throws ValidationError, saying where it is not well-formed. */
export function parse(body: string): Value {
  const lines = new LineCounter();
  const document = parseDocument(body, { customTags: TAGS, lineCounter: lines, schema: 'core', prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    const kind = body.trimStart().startsWith('{') ? 'JSON' : 'YAML';
    throw formatError(`${kind} not well-formed. (line ${line}, column ${col}): ${error.message}`);
  }
  const unknown = document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED');
  if (unknown) throw formatError(unknown.message.replace('Unresolved tag', 'The local cloud does not know the tag'));
  const value = document.toJS() as Value;
  refuseNull(value, []);
  return value;
}

function tagsOf(short: string, name: string): (ScalarTag | CollectionTag)[] {
  const tag = `!${short}`;
  const wrapped = (content: unknown) => {
    const map = new YAMLMap();
    map.add(new Pair(name, content));
    return map;
  };
  return [
    { tag, resolve: text => ({ [name]: short === 'GetAtt' ? splitOnce(text) : text }) },
    ...(['seq', 'map'] as const).map(
      (collection): CollectionTag => ({
        tag,
        collection,
        resolve: content => {
          if (isCollection(content)) delete content.tag;
          return wrapped(content);
        },
      }),
    ),
  ];
}

/** `Worker.Arn` as the list that GetAtt takes. */
function splitOnce(text: string): string[] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}

function refuseNull(value: Value, path: string[]): void {
  if (value === null) throw formatError(`[/${path.join('/')}] 'null' values are not allowed in templates`);
  if (Array.isArray(value)) for (const [index, entry] of value.entries()) refuseNull(entry, [...path, String(index)]);
  else if (isBlock(value)) for (const [name, entry] of Object.entries(value)) refuseNull(entry, [...path, name]);
}
