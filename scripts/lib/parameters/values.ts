import type { Declaration, Parameter } from './parameter.ts';
import type { Settings } from './settings.ts';

/**
 * The values of a command's parameters, by name, as their declaration types them: yes or no is a boolean (no unless it
 * is said), a number a number, a list an array (empty unless it is given), one of a few values that, anything else text.
 * What is neither required nor has a default may be undefined.
 */
export type Values<D extends Declaration> = { [P in D[number] as P['name']]: ValueOf<P> };

type ValueOf<P> = P extends { kind: 'yes/no' }
  ? boolean
  : P extends { kind: 'list' }
    ? string[]
    : P extends { required: true } | { default: string }
      ? Single<P>
      : Single<P> | undefined;

type Single<P> = P extends { kind: 'number' }
  ? number
  : P extends { values: readonly (infer Value)[] }
    ? Value
    : string;

/** Reads settings in which nothing is wrong. */
export function valuesOf<D extends Declaration>(settings: Settings, declared: D): Values<D> {
  const entries = declared.map(parameter => {
    const text = settings.get(parameter.name)?.value || parameter.default || '';
    return [parameter.name, typed(parameter, text)];
  });
  return Object.fromEntries(entries);
}

function typed({ kind }: Parameter, text: string): boolean | number | string | string[] | undefined {
  if (kind === 'yes/no') return text === 'yes';
  if (kind === 'list') return text === '' ? [] : text.split(',');
  if (text === '') return undefined;
  return kind === 'number' ? Number(text) : text;
}
