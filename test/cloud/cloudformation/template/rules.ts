import { Fault } from '../../service.ts';
import { conditionValue } from './conditions.ts';
import type { Scope } from './scope.ts';
import { type Block, isBlock, templateError, textOf } from './template.ts';

/** Throws ValidationError with the descriptions of all assertions that don't hold (user guide, "Rules section"). */
export function checkRules(rules: Record<string, Block>, scope: Scope): void {
  const failed = Object.entries(rules).flatMap(([name, { RuleCondition, Assertions }]) => {
    if (RuleCondition !== undefined && !conditionValue(RuleCondition, scope, noCondition)) return [];
    return (Array.isArray(Assertions) ? Assertions : []).flatMap(assertion => {
      if (!isBlock(assertion) || assertion.Assert === undefined) throw templateError(`rule ${name} needs an Assert`);
      if (conditionValue(assertion.Assert, scope, noCondition)) return [];
      return [textOf(assertion.AssertDescription) ?? `an assertion of rule ${name} does not hold`];
    });
  });
  if (failed.length > 0) {
    throw new Fault('ValidationError', `Template rules validation failed: ${failed.join('; ')}`);
  }
}

function noCondition(name: string): never {
  throw templateError(`a rule cannot ask for the condition ${name}`);
}
