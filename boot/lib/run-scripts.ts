import { spawn } from 'node:child_process';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isOurs } from './one-process.ts';
import {
  type BootReport,
  RUN_FOLDER,
  readReport,
  recordScript,
  type ScriptReport,
  summary,
  writeReport,
} from './report.ts';
import { PATH } from './search-path.ts';
import { openSyslog, type Syslog } from './syslog.ts';

export const SCRIPT_FOLDER = '/usr/local/etc/rc.d';

/**
 * Runs every executable in a folder in the order of its names, whatever becomes of the others: ours one after the other
 * in one process, every other in a process of its own. When that process dies, the next script gets a new one. Keeps the
 * boot report up to date meanwhile and ends with one line of syslog.
 */
export async function runScripts(
  scripts = SCRIPT_FOLDER,
  folder = RUN_FOLDER,
  syslog: Syslog = openSyslog('rclocal.boot'),
): Promise<BootReport> {
  const start = performance.now();
  const startedAt = new Date().toISOString();
  writeReport({ startedAt, scripts: [] }, folder);
  for (let names = executables(scripts); names.length > 0; ) names = await runNext(names, scripts, folder);
  const scriptReports = readReport(folder)?.scripts ?? [];
  const report: BootReport = {
    startedAt,
    finishedAt: new Date().toISOString(),
    durationMs: Math.round(performance.now() - start),
    scripts: scriptReports,
  };
  writeReport(report, folder);
  syslog.write(scriptReports.some(({ status }) => status === 'failed') ? 'error' : 'info', summary(report));
  await syslog.close();
  return report;
}

/** Runs the first script, and those of ours after it, in one process; gives the names that remain. */
async function runNext([name = '', ...others]: string[], scripts: string, folder: string): Promise<string[]> {
  const start = performance.now();
  recordScript({ name, status: 'running', startedAt: new Date().toISOString(), did: [], problems: [] }, folder);
  const path = join(scripts, name);
  const end = await endOf(path, isOurs(path) ? others.map(other => join(scripts, other)) : []);
  const reports = readReport(folder)?.scripts ?? [];
  // Ours report for themselves; for a script that doesn't, or died before it could, the exit status is the report.
  const silent = reports.find(({ status }) => status === 'running');
  if (silent !== undefined) {
    if (silent.name === name) silent.durationMs = Math.round(performance.now() - start);
    recordScript({ ...silent, ...verdict(end) }, folder);
  }
  while (others.some(other => reports.some(report => report.name === other))) others.shift();
  return others;
}

function verdict(end: string): Pick<ScriptReport, 'status' | 'problems'> {
  return end === 'status 0' ? { status: 'ok', problems: [] } : { status: 'failed', problems: [`ended with ${end}`] };
}

/** How a program ended, in words. */
function endOf(path: string, args: string[]): Promise<string> {
  return new Promise(resolve => {
    const child = spawn(path, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, PATH } });
    child.on('error', error => resolve(`an error before it ran: ${error.message}`));
    child.on('exit', (status, signal) => resolve(signal === null ? `status ${status}` : `signal ${signal}`));
  });
}

/** What is to be run: executable files, but for hidden ones and what editors and package managers leave beside them. */
function executables(folder: string): string[] {
  const names = readdirSync(folder).filter(name => !/^\.|~$|\.(bak|orig|rpmnew|rpmsave|dpkg-\w+)$/.test(name));
  return names.filter(name => isExecutable(join(folder, name))).sort();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
