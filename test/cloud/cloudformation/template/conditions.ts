import { evaluate } from './evaluate.ts';
import type { Scope } from './scope.ts';
import { isBlock, templateError, textOf, type Value } from './template.ts';

/** Whether each condition of a template holds. Throws ValidationError, also for one that leads back to itself. */
export function evaluateConditions(
  declared: Record<string, Value>,
  scope: Omit<Scope, 'conditions'>,
): Record<string, boolean> {
  const conditions: Record<string, boolean> = {};
  const asked: string[] = [];
  const holds = (name: string): boolean => {
    if (Object.hasOwn(conditions, name)) return conditions[name]!;
    if (!Object.hasOwn(declared, name)) throw templateError(`unresolved condition dependency ${name}`);
    if (asked.includes(name)) throw templateError(`Circular dependency between conditions: [${asked.join(', ')}]`);
    asked.push(name);
    conditions[name] = conditionValue(declared[name]!, { ...scope, conditions }, holds);
    asked.pop();
    return conditions[name];
  };
  for (const name of Object.keys(declared)) holds(name);
  return conditions;
}

/** The value of one condition function; `holds` says it for a condition by its name. */
export function conditionValue(value: Value, scope: Scope, holds: (name: string) => boolean): boolean {
  const inner = (entry: Value) => conditionValue(entry, scope, holds);
  const [name, argument] = isBlock(value) ? (Object.entries(value)[0] ?? []) : [];
  if (name === 'Condition' && typeof argument === 'string') return holds(argument);
  const given = Array.isArray(argument) ? argument : [];
  switch (name) {
    case 'Fn::Equals':
      if (given.length !== 2) throw templateError('every Fn::Equals object requires a list of 2 string parameters.');
      return same(evaluate(given[0]!, scope), evaluate(given[1]!, scope));
    case 'Fn::Not':
      if (given.length !== 1) throw templateError('every Fn::Not object requires exactly one parameter.');
      return !inner(given[0]!);
    case 'Fn::And':
    case 'Fn::Or':
      if (given.length < 2 || given.length > 10) {
        throw templateError(`every ${name} object requires a list of at least 2 and at most 10 boolean parameters.`);
      }
      return name === 'Fn::And' ? given.map(inner).every(Boolean) : given.map(inner).some(Boolean);
    case 'Fn::Contains':
      return values(given[0], scope).includes(String(evaluate(given[1]!, scope)));
    case 'Fn::EachMemberEquals':
      return values(given[0], scope).every(entry => entry === String(evaluate(given[1]!, scope)));
    case 'Fn::EachMemberIn': {
      const allowed = values(given[1], scope);
      return values(given[0], scope).every(entry => allowed.includes(entry));
    }
  }
  throw templateError(`${JSON.stringify(value)} is not a condition that the local cloud knows`);
}

function same(one: unknown, other: unknown): boolean {
  const [a, b] = [textOf(one), textOf(other)];
  return a === undefined || b === undefined ? JSON.stringify(one) === JSON.stringify(other) : a === b;
}

function values(value: Value | undefined, scope: Scope): string[] {
  const list = value === undefined ? undefined : evaluate(value, scope);
  if (Array.isArray(list)) return list.map(String);
  throw templateError('Fn::Contains, Fn::EachMemberEquals and Fn::EachMemberIn need a list');
}
