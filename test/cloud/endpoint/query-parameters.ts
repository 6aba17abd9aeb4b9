import { Fault, type Parameters } from '../service.ts';

type Tree = { [name: string]: Tree | string };

/**
 * The flat parameters of the query protocol as a tree: `Filter.1.Name=x` becomes `{ Filter: [{ Name: 'x' }] }`.
 * IAM's and STS's `Tags.member.1.Key=x` becomes `{ Tags: [{ Key: 'x' }] }` just so. Throws MalformedQueryString.
 */
export function queryParameters(pairs: Iterable<[string, string]>): Parameters {
  const root: Tree = {};
  for (const [name, value] of pairs) place(root, name, value);
  return lists(root) as Parameters;
}

function place(root: Tree, name: string, value: string): void {
  const path = name.split('.');
  const last = path.pop()!;
  let node = root;
  for (const step of path) {
    if (!Object.hasOwn(node, step)) node[step] = {};
    const next = node[step];
    if (typeof next !== 'object' || step === '__proto__') throw malformed(name);
    node = next;
  }
  if (Object.hasOwn(node, last) || last === '__proto__') throw malformed(name);
  node[last] = value;
}

function lists(node: Tree | string): unknown {
  if (typeof node === 'string') return node;
  const names = Object.keys(node);
  if (names.length === 1 && names[0] === 'member' && typeof node.member === 'object') return lists(node.member);
  if (names.length > 0 && names.every(name => /^\d+$/.test(name))) {
    return names.sort((a, b) => Number(a) - Number(b)).map(name => lists(node[name]!));
  }
  return Object.fromEntries(names.map(name => [name, lists(node[name]!)]));
}

function malformed(name: string): Fault {
  return new Fault('MalformedQueryString', `The parameter ${name} occurs twice, or both as a value and as a list.`);
}
