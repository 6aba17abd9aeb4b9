import { XMLParser } from 'fast-xml-parser';
import type { Member, Model, Shape } from './model.ts';

/** How an answer deviates from its model: `Reservations.0.Foo: not in the model`; nothing where it agrees. */
export function deviations(model: Model, action: string, body: string): string[] {
  const output = model.operations[action]?.output;
  const walk = new Walk(model);
  walk.node(output && model.shapes[output.shape], contentOf(model, action, body), action);
  return walk.found;
}

const xml = new XMLParser({ parseTagValue: false, trimValues: false, ignoreAttributes: true, ignoreDeclaration: true });

/** What the output shape describes, out of what is around it. */
function contentOf({ metadata, operations }: Model, action: string, body: string): unknown {
  if (metadata.protocol === 'json') return JSON.parse(body);
  const answer = xml.parse(body)[`${action}Response`];
  if (metadata.protocol === 'query') return answer[operations[action]?.output?.resultWrapper ?? `${action}Result`];
  const { requestId: _id, return: done, ...fields } = answer;
  // Where EC2 has nothing to say it says that all went well, which the models leave out.
  return operations[action]?.output ? answerFields(answer) : done === 'true' ? fields : answer;
}

function answerFields({ requestId: _id, ...fields }: Record<string, unknown>) {
  return fields;
}

class Walk {
  readonly found: string[] = [];
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  node(shape: Shape | undefined, value: unknown, path: string): void {
    if (!shape || shape.type === 'structure') this.#structure(shape, value, path);
    else if (shape.type === 'list') this.#list(shape, value, path);
    else if (shape.type === 'map') this.#map(shape, value, path);
    else this.#scalar(shape, value, path);
  }

  get #isJson() {
    return this.#model.metadata.protocol === 'json';
  }

  #shape({ shape }: Member): Shape {
    return this.#model.shapes[shape]!;
  }

  #structure(shape: Shape | undefined, value: unknown, path: string): void {
    // An element without content.
    const fields = value === '' || value === undefined ? {} : value;
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
      this.found.push(`${path}: not a structure`);
      return;
    }
    const members = new Map(
      Object.entries(shape?.members ?? {}).map(([name, member]) => [member.locationName ?? name, { name, member }]),
    );
    for (const [name, content] of Object.entries(fields)) {
      const known = members.get(name);
      if (known) this.node(this.#shape(known.member), content, `${path}.${name}`);
      else this.found.push(`${path}.${name}: not in the model`);
    }
    for (const [wire, { name }] of members) {
      if (shape?.required?.includes(name) && !(wire in fields)) this.found.push(`${path}.${wire}: missing`);
    }
  }

  #list(shape: Shape, value: unknown, path: string): void {
    let items = value;
    if (!this.#isJson && !shape.flattened) {
      if (value === '') return;
      const name = shape.member!.locationName ?? 'member';
      const { [name]: named, ...others } = value as Record<string, unknown>;
      for (const other of Object.keys(others)) this.found.push(`${path}.${other}: items are called ${name}`);
      items = named === undefined ? [] : [named].flat();
    }
    if (!Array.isArray(items)) {
      this.found.push(`${path}: not a list`);
      return;
    }
    for (const [index, item] of items.entries()) this.node(this.#shape(shape.member!), item, `${path}.${index}`);
  }

  #map(shape: Shape, value: unknown, path: string): void {
    if (!this.#isJson) this.found.push(`${path}: maps are not looked at in this protocol`);
    for (const [key, item] of Object.entries(value as object))
      this.node(this.#shape(shape.value!), item, `${path}.${key}`);
  }

  #scalar({ type, enum: words }: Shape, value: unknown, path: string): void {
    const problem = `${path}: ${value} is not a ${type}`;
    if (typeof value === 'object') this.found.push(`${path}: not a ${type}`);
    else if (!(this.#isJson ? JSON_TYPES[type]!(value) : XML_FORMS[type]!.test(String(value))))
      this.found.push(problem);
    if (words && !words.includes(String(value))) this.found.push(`${path}: ${value} is none of ${words.join(', ')}`);
  }
}

const NUMBER = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;
const XML_FORMS: Record<string, RegExp> = {
  string: /^/,
  integer: /^-?\d+$/,
  long: /^-?\d+$/,
  double: NUMBER,
  float: NUMBER,
  boolean: /^(true|false)$/,
  timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  blob: /^[A-Za-z0-9+/]*=*$/,
};
const JSON_TYPES: Record<string, (value: unknown) => boolean> = {
  string: value => typeof value === 'string',
  integer: Number.isInteger,
  long: Number.isInteger,
  double: value => typeof value === 'number',
  float: value => typeof value === 'number',
  boolean: value => typeof value === 'boolean',
  timestamp: value => typeof value === 'number',
  blob: value => typeof value === 'string',
};
