import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/command/root.ts';
import { listFew, listMany } from './amis.ts';
import { bootAgainstShell } from './boot.ts';
import { type BuildMeasurement, builds } from './build.ts';
import { helpAgainstNode } from './help.ts';
import { planAgainstNode } from './plan.ts';
import { syncMixed, syncNothing, syncOneLargeFile } from './sync.ts';

// `make bench`: measures what is promised, in one run on one machine; a table on stdout, JSON in dist/bench.json.

const BENCHMARKS = [
  helpAgainstNode,
  planAgainstNode,
  bootAgainstShell,
  syncNothing,
  syncMixed,
  syncOneLargeFile,
  listFew,
  listMany,
  builds,
];

const results: BuildMeasurement[] = [];
for (const benchmark of BENCHMARKS) results.push(...(await benchmark()));

const row = (cells: string[]) =>
  cells
    .map((cell, i) => cell.padEnd([58, 12, 12, 0][i] ?? 0))
    .join('')
    .trimEnd();
console.log(row(['what', 'measured', 'at most', 'how']));
for (const { what, value, limit, unit, how } of results) {
  console.log(row([what, `${value.toFixed(2)}${unit}`, `${Number(limit.toFixed(2))}${unit}`, how]));
}
for (const { what, steps } of results) {
  if (!steps) continue;
  console.log(`\n${row([`${what}, by step`, 'cold', 'warm'])}`);
  for (const { name, cold, warm } of steps) console.log(row([name, `${cold.toFixed(1)} s`, `${warm.toFixed(1)} s`]));
}
mkdirSync(join(ROOT, 'dist'), { recursive: true });
writeFileSync(join(ROOT, 'dist/bench.json'), `${JSON.stringify(results, null, 2)}\n`);

const over = results.filter(({ value, limit }) => value > limit);
for (const { what } of over) console.error(`Over its limit: ${what}`);
process.exitCode = over.length > 0 ? 1 : 0;
