import { type Problem, refuse } from '../command/problems.ts';
import { isOnlyWildcard } from './patterns.ts';

/** What the user asks for, as typed. */
export interface Typed {
  number?: string | undefined;
  profile?: string | undefined;
  region?: string | undefined;
  arch?: string | undefined;
  set?: string | undefined;
  update?: boolean | undefined;
  newest?: boolean | undefined;
  previous?: boolean | undefined;
  dryRun?: boolean | undefined;
  noWait?: boolean | undefined;
  json?: boolean | undefined;
  patterns: string[];
}

/** What is to be done, checked. */
export interface Options {
  /** Images of each architecture to list. */
  count: number;
  profile?: string;
  region?: string;
  arch?: string;
  patterns: string[];
  action: 'list' | 'ask' | 'set' | 'newest' | 'previous';
  /** The image to set. */
  image?: string;
  dryRun: boolean;
  wait: boolean;
  json: boolean;
}

/** How an option is called where the user typed it: `--set` on a command line, `set` for make. */
export type Naming = (option: keyof Typed) => string;

const ARCHITECTURES: Record<string, string> = { x86_64: 'x86_64', amd64: 'x86_64', arm64: 'arm64', aarch64: 'arm64' };
const CHOICES = ['update', 'set', 'newest', 'previous'] as const;

/** Checks everything that can be checked without AWS; throws all that is wrong, `earlier` problems first. */
export function checkOptions(typed: Typed, naming: Naming, isTerminal: boolean, earlier: Problem[] = []): Options {
  const problems: Problem[] = [...earlier];
  const wrong = (option: keyof Typed, value: string | undefined, message: string, fix: string) =>
    problems.push({
      parameter: naming(option),
      ...(value !== undefined && { value }),
      source: 'command line',
      message,
      fix,
    });

  const { number = '5', arch, set, patterns } = typed;
  if (!/^[1-9]\d{0,5}$/.test(number))
    wrong('number', number, 'is not a number of images', 'Give a whole number from 1.');
  if (arch !== undefined && !ARCHITECTURES[arch]) wrong('arch', arch, 'is not an architecture', 'Use x86_64 or arm64.');
  if (set !== undefined && !/^ami-[0-9a-f]+$/.test(set)) {
    wrong('set', set, 'is not the id of an image', 'It looks like ami-0043df2e553ad12b6.');
  }

  const chosen = CHOICES.filter(name => typed[name]);
  const [choice] = chosen;
  for (const other of chosen.slice(1)) {
    wrong(other, undefined, `does not go with ${naming(choice ?? 'set')}`, 'Say only one of them.');
  }
  if (choice) checkPatterns(patterns, choice, naming, wrong);
  if (choice === 'update') {
    const fix = `In scripts, use ${naming('set')}, ${naming('newest')} or ${naming('previous')}.`;
    if (!isTerminal) wrong('update', undefined, 'asks questions, and there is no terminal to answer them', fix);
    if (typed.dryRun) wrong('dryRun', undefined, `does not go with ${naming('update')}`, fix);
    if (typed.json) wrong('json', undefined, `does not go with ${naming('update')}`, fix);
  }
  if (!choice && typed.dryRun) {
    const fix = `Say ${naming('set')}, ${naming('newest')} or ${naming('previous')} as well.`;
    wrong('dryRun', undefined, 'needs an update to try', fix);
  }
  refuse(problems);
  return {
    count: Number(number),
    ...(typed.profile && { profile: typed.profile }),
    ...(typed.region && { region: typed.region }),
    ...(arch && { arch: ARCHITECTURES[arch] ?? arch }),
    patterns,
    action: choice === 'update' ? 'ask' : (choice ?? 'list'),
    ...(set && { image: set }),
    dryRun: typed.dryRun ?? false,
    wait: !typed.noWait,
    json: typed.json ?? false,
  };
}

/** An update has to say which stacks it means: nobody updates all of them by accident. */
function checkPatterns(
  patterns: string[],
  choice: keyof Typed,
  naming: Naming,
  wrong: (option: keyof Typed, value: string | undefined, message: string, fix: string) => void,
): void {
  const fix = 'Say which stacks to update: names, or patterns with some letters in them, such as prod-*.';
  if (patterns.length === 0)
    wrong('patterns', undefined, `are missing; ${naming(choice)} does not update just any stack`, fix);
  for (const pattern of patterns.filter(isOnlyWildcard)) wrong('patterns', pattern, 'would update every stack', fix);
}
