import { type Check, oneOf } from './checks.ts';

/** What a command takes under one name. */
export interface Parameter {
  name: string;
  /** One line for the help. */
  meaning: string;
  /** More, for `make help topic=<name>`: complete sentences. */
  detail?: string;
  example: string;
  /** What its value is to a command; text unless it is said. A list is typed with commas. */
  kind?: 'yes/no' | 'number' | 'list';
  /** The only values it may have. */
  values?: readonly string[];
  /** What a command goes by where there is no value. */
  default?: string;
  /** Has to be found somewhere: on the command line, in the config file or in ami-build.yaml. */
  required?: true;
  /** The region: where it is not given, that of the environment or of the AWS profile is taken. */
  fromProfile?: true;
  /** Where a config file keeps it below the environment; by default `ami.<name>`. */
  config?: readonly string[];
  /** Only sensible on the command line. */
  commandLineOnly?: true;
  /** What a value must look like. Whether it exists is asked of AWS later. */
  check?: Check;
  /** Brings a value that passed its check into one form. */
  normalise?: (value: string) => string;
}

/** Everything that a command takes. Declared `as const`, so that the types of its values are known. */
export type Declaration = readonly Parameter[];

/** The check of a parameter, by its kind, its values or as it says itself. */
export function checkOf({ kind, values, check }: Parameter): Check | undefined {
  return kind === 'yes/no' ? oneOf(['yes', 'no']) : values ? oneOf(values) : check;
}

/** Those of a declaration that have these names. */
export function only<D extends Declaration, const Name extends D[number]['name']>(
  declared: D,
  names: readonly Name[],
): Extract<D[number], { name: Name }>[] {
  return declared.filter(({ name }) => names.some(wanted => wanted === name)) as never;
}

/** The same declaration, in which only those of these names are still required. */
export function requiringOnly<D extends Declaration, const Name extends D[number]['name']>(
  declared: D,
  names: readonly Name[],
): RequiringOnly<D[number], Name>[] {
  return declared.map(({ required, ...parameter }) => ({
    ...parameter,
    ...(required && names.some(name => name === parameter.name) && { required }),
  })) as never;
}

type RequiringOnly<P, Name> = P extends { name: Name } ? P : Omit<P, 'required'>;
