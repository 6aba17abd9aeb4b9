import { isBlock, type Value } from './template.ts';

/** A place where a template speaks of a parameter, a pseudo parameter or a resource. */
export interface Reference {
  name: string;
  /** Of Fn::GetAtt, or `${Name.Attribute}` in Fn::Sub. */
  attribute?: string;
}

const PLACEHOLDER = /\$\{([^!}][^}]*)\}/g;

/** The names in a text of Fn::Sub; `${!Literal}` is none. */
export function placeholders(text: string): Reference[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, inside]) => placeholder(inside!));
}

/** `Worker.Arn` inside the braces of a Fn::Sub. */
export function placeholder(inside: string): Reference {
  const text = inside.trim();
  const dot = text.indexOf('.');
  return dot < 0 ? { name: text } : { name: text.slice(0, dot), attribute: text.slice(dot + 1) };
}

/** Everything that a part of a template refers to, in the order in which it does. */
export function referencesIn(value: Value): Reference[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isBlock(value)) return [];
  return Object.entries(value).flatMap(([name, content]) => {
    if (name === 'Ref' && typeof content === 'string') return [{ name: content }];
    if (name === 'Fn::GetAtt') return attributeReference(content);
    if (name === 'Fn::Sub') return substitutionReferences(content);
    return referencesIn(content);
  });
}

/** Names of the conditions that a part of a template asks for, by Fn::If or Condition. */
export function conditionsIn(value: Value): string[] {
  if (Array.isArray(value)) return value.flatMap(conditionsIn);
  if (!isBlock(value)) return [];
  return Object.entries(value).flatMap(([name, content]) => {
    const inside = conditionsIn(content);
    if (name === 'Fn::If' && Array.isArray(content) && typeof content[0] === 'string') return [content[0], ...inside];
    return name === 'Condition' && typeof content === 'string' ? [content] : inside;
  });
}

/** Fn::GetAtt takes a list, or in JSON and after `Fn::GetAtt:` also text with a dot. */
export function attributeReference(content: Value): Reference[] {
  if (typeof content === 'string') return [placeholder(content)];
  if (!Array.isArray(content) || typeof content[0] !== 'string') return referencesIn(content);
  const [name, attribute] = content as [string, Value | undefined];
  return typeof attribute === 'string'
    ? [{ name, attribute }]
    : [{ name }, ...(attribute === undefined ? [] : referencesIn(attribute))];
}

function substitutionReferences(content: Value): Reference[] {
  if (typeof content === 'string') return placeholders(content);
  if (!Array.isArray(content)) return [];
  const [text, variables = {}] = content as [Value, Value | undefined];
  const own = isBlock(variables) ? variables : {};
  const named = typeof text === 'string' ? placeholders(text).filter(({ name }) => !Object.hasOwn(own, name)) : [];
  return [...named, ...Object.values(own).flatMap(referencesIn)];
}
