/** Values as the user typed them on make's command line, by name. */
export type Given = ReadonlyMap<string, string>;

/** Reads what the Makefile passes on: PARAMETERS lists the names, PARAMETER_<name> holds each value. */
export function given(environment: NodeJS.ProcessEnv = process.env): Given {
  const names = (environment.PARAMETERS ?? '').split(/\s+/).filter(Boolean).sort();
  return new Map(names.map(name => [name, environment[`PARAMETER_${name}`] ?? '']));
}
