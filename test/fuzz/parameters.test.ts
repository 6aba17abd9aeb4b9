import fc from 'fast-check';
import { expect } from 'vitest';
import { clean } from '../../scripts/lib/command/clean.ts';
import { formatProblem } from '../../scripts/lib/command/problems.ts';
import { readAmiBuild } from '../../scripts/lib/parameters/ami-build.ts';
import { beyondLimits } from '../../scripts/lib/parameters/limits.ts';
import { resolve } from '../../scripts/lib/parameters/resolve.ts';
import { BUILD_PARAMETERS } from '../../scripts/lib/parameters/targets.ts';
import { valuesOf } from '../../scripts/lib/parameters/values.ts';
import { BY_HAND } from '../cli/make.ts';
import { anyText, fuzz } from './fuzz.ts';

const amiBuild = readAmiBuild();
// What names a file is left out: it would be read.
const declared = BUILD_PARAMETERS.filter(({ name }) => name !== 'config');
const names = fc.oneof(fc.constantFrom(...declared.map(({ name }) => name)), anyText);
const values = fc.oneof(fc.constantFrom(...declared.map(({ example }) => example)), anyText);

fuzz(
  'make parameters have values, or problems that can be shown',
  fc.tuple(fc.array(fc.tuple(names, values), { maxLength: 6 }), fc.boolean()),
  ([typed, isWhole]) => {
    const given = new Map([...(isWhole ? Object.entries(BY_HAND) : []), ...typed]);
    const { settings, problems } = resolve(given, { amiBuild, lavaVersion: '8.1.0' }, declared);
    const all = [...problems, ...beyondLimits(settings, amiBuild)];
    for (const problem of all) for (const line of formatProblem(problem).split('\n')) expect(clean(line)).toBe(line);
    for (const value of Object.values(valuesOf(settings, declared))) {
      expect(['string', 'boolean', 'number', 'object', 'undefined']).toContain(typeof value);
      if (problems.length === 0) expect(value).not.toBeNaN();
    }
  },
);
