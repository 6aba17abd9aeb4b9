import { readFileSync, rmSync } from 'node:fs';
import { replaceFile } from './atomic-file.ts';
import { plainLine } from './plain-line.ts';

/** Everything the boot scripts leave for one boot; a tmpfs, so every boot starts with none of it. */
export const RUN_FOLDER = '/run/lava';

/** How one script went. */
export interface ScriptReport {
  /** The script's file name, such as 20_swap. */
  name: string;
  status: 'running' | 'ok' | 'failed';
  startedAt: string;
  /** Absent while it runs, and where it took the process with it that ran others before it. */
  durationMs?: number;
  /** What it did, in words; nothing when it had nothing to do. */
  did: string[];
  /** Why it failed, in words. */
  problems: string[];
}

/** boot.json: how the boot went so far. `finishedAt` is absent while `lava-boot run` is at work. */
export interface BootReport {
  startedAt: string;
  finishedAt?: string;
  durationMs?: number;
  scripts: ScriptReport[];
}

/** The report of this boot, or undefined when no boot script ran yet. */
export function readReport(folder = RUN_FOLDER): BootReport | undefined {
  try {
    const report = JSON.parse(readFileSync(`${folder}/boot.json`, 'utf8'));
    return Array.isArray(report?.scripts) ? report : undefined;
  } catch (error) {
    // A report that cannot be read is no report: never a reason for a boot script to stop.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Replaces the report and what follows from it: motd, the line for the message of the day, is there in trouble only. */
export function writeReport(report: BootReport, folder = RUN_FOLDER): void {
  replaceFile(`${folder}/boot.json`, `${JSON.stringify(report, null, 2)}\n`);
  const line = motd(report);
  if (line === undefined) rmSync(`${folder}/motd`, { force: true });
  else replaceFile(`${folder}/motd`, `${line}\n`);
}

/** Puts one script's report into the boot's, in place of what is known of that script: it may be run again by hand. */
export function recordScript(script: ScriptReport, folder = RUN_FOLDER): void {
  const report = readReport(folder) ?? { startedAt: script.startedAt, scripts: [] };
  const known = report.scripts.findIndex(({ name }) => name === script.name);
  if (known === -1) report.scripts.push(script);
  else report.scripts[known] = script;
  writeReport(report, folder);
}

/** One line for whoever logs in when something failed, or undefined. */
export function motd({ scripts }: BootReport): string | undefined {
  const failed = scripts.filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (failed.length === 0) return undefined;
  const what = failed.length === 1 ? 'A boot script' : `${failed.length} boot scripts`;
  return `${what} failed: ${plainLine(failed.join(', '), 200)}. See: lava-boot status`;
}

/** The boot on one line of a log: each script, its status, its duration and what it did. */
export function summary(report: BootReport): string {
  const scripts = report.scripts.map(script => {
    const told = [...script.problems, ...script.did].map(text => plainLine(text, 200)).join(', ');
    return `${plainLine(script.name, 60)} ${script.status} ${seconds(script.durationMs)}${told === '' ? '' : ` (${told})`}`;
  });
  return `${seconds(report.durationMs)} in all: ${scripts.join('; ') || 'no scripts'}`;
}

/** The boot as `lava-boot status` prints it. */
export function table(report: BootReport): string {
  const names = report.scripts.map(({ name }) => plainLine(name, 60));
  const width = Math.max(0, ...names.map(name => name.length));
  const rows = report.scripts.flatMap((script, index) => {
    const head = `  ${names[index]!.padEnd(width)}  ${shown(script).padEnd(7)} ${seconds(script.durationMs).padStart(8)}  `;
    const told = [...script.problems, ...script.did].map(text => plainLine(text));
    const nothing = script.status === 'running' ? '' : 'nothing to do';
    return [head + (told[0] ?? nothing), ...told.slice(1).map(text => ' '.repeat(head.length) + text)];
  });
  const end = report.finishedAt === undefined ? 'not finished' : `took ${seconds(report.durationMs)}`;
  return [`Boot scripts, started ${report.startedAt}, ${end}`, ...rows.map(row => row.trimEnd())].join('\n');
}

function shown({ status }: ScriptReport): string {
  return status === 'failed' ? 'FAILED' : status;
}

function seconds(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '...' : `${(milliseconds / 1000).toFixed(1)} s`;
}
