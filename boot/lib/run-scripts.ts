import { spawn } from 'node:child_process';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BootReport, RUN_FOLDER, readReport, recordScript, summary, writeReport } from './report.ts';
import { PATH } from './search-path.ts';
import { openSyslog, type Syslog } from './syslog.ts';

export const SCRIPT_FOLDER = '/usr/local/etc/rc.d';

/**
 * Runs every executable in a folder in the order of its names, each in a process of its own, whatever becomes of the
 * others. Keeps the boot report up to date meanwhile and ends with one line of syslog.
 */
export async function runScripts(
  scripts = SCRIPT_FOLDER,
  folder = RUN_FOLDER,
  syslog: Syslog = openSyslog('rclocal.boot'),
): Promise<BootReport> {
  const start = performance.now();
  const startedAt = new Date().toISOString();
  writeReport({ startedAt, scripts: [] }, folder);
  for (const name of executables(scripts)) await runOne(name, scripts, folder);
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

/** Runs a script. Ours report for themselves; for what doesn't, or died before it could, the exit status is the report. */
async function runOne(name: string, scripts: string, folder: string): Promise<void> {
  const start = performance.now();
  const pending = { name, startedAt: new Date().toISOString(), did: [], problems: [] };
  recordScript({ ...pending, status: 'running' }, folder);
  const end = await endOf(join(scripts, name));
  const told = readReport(folder)?.scripts.find(script => script.name === name);
  if (told !== undefined && told.status !== 'running') return;
  const durationMs = Math.round(performance.now() - start);
  if (end === 'status 0') recordScript({ ...pending, status: 'ok', durationMs }, folder);
  else recordScript({ ...pending, status: 'failed', durationMs, problems: [`ended with ${end}`] }, folder);
}

/** How a program ended, in words. */
function endOf(path: string): Promise<string> {
  return new Promise(resolve => {
    const child = spawn(path, [], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, PATH } });
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
