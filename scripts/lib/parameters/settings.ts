/** A value and where it came from: `command line`, `config.yaml: dev.ami.ip`, `ami-build.yaml: defaults.os`, ... */
export interface Resolved {
  value: string;
  source: string;
}

/** Every parameter that has a value, by name. */
export type Settings = Map<string, Resolved>;

/** Reads values by name; one that there is none of reads as ''. */
export function reader(settings: Settings): (name: string) => string {
  return name => settings.get(name)?.value ?? '';
}
