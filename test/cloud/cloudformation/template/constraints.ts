import { Fault } from '../../service.ts';
import type { ParameterType } from './parameter-types.ts';
import { type Block, textOf } from './template.ts';

/** Throws ValidationError when a parameter's text breaks its own declaration (user guide, "Parameters section"). */
export function checkConstraints(name: string, declaration: Block, type: ParameterType, text: string): void {
  const description = textOf(declaration.ConstraintDescription);
  const refuse = (why: string): never => {
    throw new Fault(
      'ValidationError',
      description ? `Parameter ${name} failed to satisfy constraint: ${description}` : `Parameter '${name}' ${why}`,
    );
  };
  const values = type.list ? text.split(',').map(entry => entry.trim()) : [text];
  const limit = (property: string) =>
    declaration[property] === undefined ? undefined : Number(textOf(declaration[property]));
  if (type.of === 'Number' && values.some(value => value === '' || !Number.isFinite(Number(value)))) {
    throw new Fault('ValidationError', `Parameter '${name}' must be a number`);
  }
  if (Array.isArray(declaration.AllowedValues)) {
    const allowed = declaration.AllowedValues.map(String);
    if (!values.every(value => allowed.includes(value))) refuse('must be one of AllowedValues');
  }
  if (type.of === 'Number') {
    const [least, most] = [limit('MinValue'), limit('MaxValue')];
    if (least !== undefined && values.some(v => Number(v) < least)) refuse(`must be a number not less than ${least}`);
    if (most !== undefined && values.some(v => Number(v) > most)) refuse(`must be a number not greater than ${most}`);
    return;
  }
  const [shortest, longest] = [limit('MinLength'), limit('MaxLength')];
  if (shortest !== undefined && text.length < shortest) refuse(`must contain at least ${shortest} characters`);
  if (longest !== undefined && text.length > longest) refuse(`must contain at most ${longest} characters`);
  const pattern = textOf(declaration.AllowedPattern);
  if (pattern !== undefined && !values.every(value => new RegExp(`^(?:${pattern})$`).test(value))) {
    refuse(`must match pattern ${pattern}`);
  }
}
