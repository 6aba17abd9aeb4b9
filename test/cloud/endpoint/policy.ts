import { Fault } from '../service.ts';

/** What is to be decided: one action on one resource, by a caller, under circumstances. */
export interface PolicyQuestion {
  /** `s3:GetObject`. */
  action: string;
  /** An ARN, or `*` where the service knows no resources. */
  resource: string;
  /** Names of the caller; needed for policies that belong to a resource, whose statements have a Principal. */
  principals?: string[];
  /** Values of condition keys, in lower case: `s3:prefix`, `aws:securetransport`. */
  conditions?: Record<string, string | undefined>;
}

/** AWS's order: an explicit Deny beats any Allow; what nothing allows is denied. */
export type Decision = 'allowed' | 'denied explicitly' | 'not allowed';

/** Reads a policy document (JSON, version 2012-10-17). Throws MalformedPolicy, saying what is wrong with it. */
export function parsePolicy(json: string): Statement[] {
  let document: { Version?: unknown; Statement?: unknown };
  try {
    document = JSON.parse(json);
  } catch {
    throw malformed('it is not JSON');
  }
  if (document?.Version !== '2012-10-17') throw malformed('its Version must be "2012-10-17"');
  const statements = list(document.Statement) as Statement[];
  for (const statement of statements) checkStatement(statement);
  return statements;
}

/** Decides a question by all the statements that concern the caller. */
export function evaluate(statements: Statement[], question: PolicyQuestion): Decision {
  const applying = statements.filter(statement => applies(statement, question));
  if (applying.some(statement => statement.Effect === 'Deny')) return 'denied explicitly';
  return applying.length > 0 ? 'allowed' : 'not allowed';
}

type OneOrMore<T> = T | T[];

export interface Statement {
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, OneOrMore<string>>;
  Action?: OneOrMore<string>;
  NotAction?: OneOrMore<string>;
  Resource?: OneOrMore<string>;
  NotResource?: OneOrMore<string>;
  Condition?: Record<string, Record<string, OneOrMore<string | boolean>>>;
}

const ELEMENTS = ['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

function checkStatement(statement: Statement): void {
  if (typeof statement !== 'object' || statement === null) throw malformed('a Statement must be an object');
  const unknown = Object.keys(statement).filter(name => !ELEMENTS.includes(name));
  if (unknown.length > 0) throw malformed(`the local cloud does not know the element ${unknown.join(', ')}`);
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') throw malformed('Effect must be Allow or Deny');
  if (!statement.Action === !statement.NotAction) throw malformed('a Statement needs either Action or NotAction');
  if (!statement.Resource === !statement.NotResource)
    throw malformed('a Statement needs either Resource or NotResource');
}

function applies(statement: Statement, question: PolicyQuestion): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const isAction = (pattern: string) => matches(pattern.toLowerCase(), question.action.toLowerCase());
  const isResource = (pattern: string) => matches(pattern, question.resource);
  return (
    (Action ? list(Action).some(isAction) : !list(NotAction!).some(isAction)) &&
    (Resource ? list(Resource).some(isResource) : !list(NotResource!).some(isResource)) &&
    (question.principals === undefined || meansCaller(statement.Principal, question.principals)) &&
    conditionsHold(statement, question.conditions ?? {})
  );
}

function meansCaller(principal: Statement['Principal'], names: string[]): boolean {
  const meant = typeof principal === 'object' ? list(principal.AWS ?? []) : [principal];
  return meant.some(name => name === '*' || names.includes(name ?? ''));
}

type Test = (pattern: string, actual: string) => boolean;

const equals: Test = (pattern, actual) => pattern === actual;
const same: Test = (pattern, actual) => pattern.toLowerCase() === actual.toLowerCase();

/** Condition operators, each with its negation; a negated one also holds when its key has no value. */
const TESTS: Record<string, { test: Test; negated: boolean }> = {
  StringEquals: { test: equals, negated: false },
  StringNotEquals: { test: equals, negated: true },
  StringEqualsIgnoreCase: { test: same, negated: false },
  StringLike: { test: matches, negated: false },
  StringNotLike: { test: matches, negated: true },
  Bool: { test: same, negated: false },
};

function conditionsHold(statement: Statement, values: Record<string, string | undefined>): boolean {
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => {
      const actual = values[key.toLowerCase()];
      const patterns = list(expected).map(String);
      if (operator === 'Null') return patterns.includes(String(actual === undefined));
      const known = TESTS[operator.replace(/IfExists$/, '')];
      // An operator that is not understood must never open a door: it fails an Allow and fulfils a Deny.
      if (!known) return statement.Effect === 'Deny';
      if (actual === undefined) return known.negated || operator.endsWith('IfExists');
      return patterns.some(pattern => known.test(pattern, actual)) !== known.negated;
    }),
  );
}

/** A policy's wildcards: `*` for any text, `?` for any one character. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su').test(text);
}

function list<T>(value: OneOrMore<T>): T[] {
  return Array.isArray(value) ? value : [value];
}

function malformed(why: string): Fault {
  return new Fault('MalformedPolicy', `The policy cannot be used: ${why}.`);
}
