import { resolve as resolvePath } from 'node:path';
import type { Given } from '../command/given.ts';
import type { Problem } from '../command/problems.ts';
import { unknownNames } from '../command/unknown.ts';
import type { AmiBuild, PerArch } from './ami-build.ts';
import { type Config, NO_CONFIG, readConfig } from './config.ts';
import { checkOf, type Declaration, type Parameter } from './parameter.ts';
import { s3Location } from './s3-location.ts';
import type { Resolved, Settings } from './settings.ts';

export interface Resolution {
  settings: Settings;
  problems: Problem[];
  /** What is said of the config file, and is no problem. */
  notes: string[];
  /** The only AWS account in which anything may be done, when the config file names one. */
  accountId?: Resolved;
}

/** What stands when neither the user nor the config file says otherwise. */
export interface Defaults {
  /** Left out where none of the declared parameters has a value there. */
  amiBuild?: AmiBuild;
  lavaVersion: string;
  /** The region of the user's AWS profile, if it has one. */
  region?: Resolved | undefined;
}

/**
 * Merges what the user typed, the config file and the defaults, in this order of precedence, and finds everything
 * that is wrong with them. Asks nothing of AWS. `declared` is what the command takes.
 */
export function resolve(given: Given, defaults: Defaults, declared: Declaration): Resolution {
  const problems: Problem[] = [];
  const { settings, config } = merge(given, declared, problems);
  const offer = (name: string, resolved: Resolved | undefined) => {
    if (resolved && !settings.has(name)) settings.set(name, resolved);
  };
  if (declared.some(({ name }) => name === 's3bucket')) {
    offer('lava_version', { value: defaults.lavaVersion, source: 'package.json: version' });
    const { s3bucket, s3prefix } = s3Location(config, settings.get('lava_version')?.value ?? '', problems);
    offer('s3bucket', s3bucket);
    offer('s3prefix', s3prefix);
  }
  for (const [name, value] of Object.entries(defaults.amiBuild?.defaults ?? {})) {
    offer(name, { value, source: `ami-build.yaml: defaults.${name}` });
  }
  if (defaults.amiBuild) offerPerSystem(settings, defaults.amiBuild, offer, problems);
  offer('region', defaults.region);
  const known = new Set(problems.map(({ parameter }) => parameter));
  problems.push(...checkAll(settings, declared).filter(({ parameter }) => !known.has(parameter)));
  return { settings, problems, notes: config.notes, ...(config.accountId && { accountId: config.accountId }) };
}

/** The declared parameters as far as the user gave them: on the command line, else in the config file. */
function merge(given: Given, declared: Declaration, problems: Problem[]): { settings: Settings; config: Config } {
  const names = declared.map(parameter => parameter.name);
  const settings: Settings = new Map();
  for (const [name, value] of given) {
    if (names.includes(name)) settings.set(name, { value: value.trim(), source: 'command line' });
  }
  const unknown = [...given.keys()].filter(name => !names.includes(name));
  const problemOf = (parameter: string) => ({ parameter, source: 'command line', message: 'is not a parameter' });
  problems.push(...unknownNames(unknown, names, String, problemOf));
  const config = configOf(settings, problems);
  for (const [name, resolved] of config.parameters) {
    if (names.includes(name) && !settings.has(name)) settings.set(name, resolved);
  }
  return { settings, config };
}

/** Checks every declared parameter, and brings values into the one form the rest of the code expects. */
function checkAll(settings: Settings, declared: Declaration): Problem[] {
  const problems = declared.flatMap(parameter => check(parameter, settings.get(parameter.name)));
  for (const { name, normalise } of declared) {
    const resolved = settings.get(name);
    if (resolved && normalise) settings.set(name, { ...resolved, value: normalise(resolved.value) });
  }
  return problems;
}

function configOf(settings: Settings, problems: Problem[]): Config {
  const config = settings.get('config');
  const env = settings.get('env');
  if (config && env) return readConfig(resolvePath(config.value), env.value, problems);
  if (config) {
    problems.push({
      parameter: 'config',
      ...config,
      message: 'needs an environment to read from the file',
      fix: 'Add env=NAME.',
    });
  }
  if (env) {
    problems.push({ parameter: 'env', ...env, message: 'is an environment of no file', fix: 'Add config=FILE.' });
  }
  return NO_CONFIG;
}

/** The values of ami-build.yaml that depend on os and arch. */
function offerPerSystem(
  settings: Settings,
  amiBuild: AmiBuild,
  offer: (name: string, resolved: Resolved) => void,
  problems: Problem[],
): void {
  const os = settings.get('os');
  const arch = settings.get('arch')?.value ?? '';
  const system = os && amiBuild.os[os.value];
  if (os?.value && !system) {
    const fix = `Use one of: ${Object.keys(amiBuild.os).join(', ')}.`;
    problems.push({ parameter: 'os', ...os, message: 'is not an operating system of ami-build.yaml', fix });
  }
  const perOs = (name: 'ami_ref' | 'instance_type') => {
    const found = system?.[name] && forArch(system[name], arch);
    if (found) offer(name, { value: found.value, source: `ami-build.yaml: os.${os?.value}.${name}${found.path}` });
  };
  perOs('ami_ref');
  perOs('instance_type');
  const perArch = amiBuild.arch[arch];
  if (perArch) {
    offer('instance_type', { value: perArch.instance_type, source: `ami-build.yaml: arch.${arch}.instance_type` });
  }
}

function forArch(values: PerArch, arch: string): { value: string; path: string } | undefined {
  if (typeof values === 'string') return { value: values.replaceAll('${arch}', arch), path: '' };
  const value = values[arch];
  return value === undefined ? undefined : { value, path: `.${arch}` };
}

function check(parameter: Parameter, resolved: Resolved | undefined): Problem[] {
  if (resolved === undefined || resolved.value === '') {
    if (!parameter.required) return [];
    const message = resolved ? 'is empty' : 'is missing';
    const such = `Give it a value, such as ${parameter.name}=${parameter.example}`;
    const fix = parameter.fromProfile ? `${such}, or set one in the AWS profile.` : `${such}: ${parameter.meaning}.`;
    return [{ parameter: parameter.name, ...resolved, message, fix }];
  }
  const wrong = checkOf(parameter)?.(resolved.value);
  return wrong ? [{ parameter: parameter.name, ...resolved, ...wrong }] : [];
}
