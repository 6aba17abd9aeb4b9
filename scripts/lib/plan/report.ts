import { explainAwsError, isDenied } from '../aws/errors.ts';
import { clean, cleanLines } from '../command/clean.ts';
import { formatProblem, type Problem } from '../command/problems.ts';
import { bytes } from '../command/progress.ts';
import { bold } from '../command/terminal.ts';
import { componentNames } from '../parameters/components.ts';
import { type Resolved, reader } from '../parameters/settings.ts';
import { placeOf } from '../sync/place.ts';
import { type Cost, costAsText, estimateCost } from './cost.ts';
import { imageNameOf, imageTags } from './plan.ts';
import { type Prepared, s3Of } from './prepared.ts';
import { repoOrigin } from './repo.ts';
import { STEPS } from './steps.ts';
import { timestamp } from './timestamp.ts';

/** What `make plan format=json` prints. */
export interface PlanReport {
  ok: boolean;
  parameters: Record<string, Resolved>;
  ami: { name: string; tags: Record<string, string> };
  baseImage?: { id: string; name: string; createdAt: string; ageInDays: number; source: string };
  /** Components that are left out. */
  skipped: string[];
  /** What comes from outside the operating system's repositories; `url` is where `make fetch` gets it. */
  resources: { name: string; version: string; path: string; url: string }[];
  sync: SyncReport;
  steps: string[];
  cost: Cost;
  problems: Problem[];
  notChecked: string[];
  notes: string[];
}

/** What sync would upload; without files when that was not found out. */
export interface SyncReport {
  bucket: string;
  prefix: string;
  upload?: { name: string; bytes: number }[];
  unchanged?: number;
}

const DAY = 24 * 60 * 60 * 1000;
/** What only the build itself can know stands in the plan as this. */
const OPEN = '(decided by the build)';

/**
 * Everything that is known of a build before it begins. `durations` are those of builds like it, in seconds.
 */
export async function planReport(prepared: Prepared, now: Date, durations: number[]): Promise<PlanReport> {
  const { settings, problems, facts, notes, resources } = prepared;
  const notChecked = [...prepared.notChecked];
  const [sync, cost] = await Promise.all([
    syncReport(prepared, notChecked),
    costReport(prepared, durations, notChecked),
  ]);
  const imageName = imageNameOf(settings, now);
  const base = facts?.baseImage;
  const tags = imageTags(settings, {
    imageName,
    buildId: `${timestamp(now)}-…`,
    repo: repoOrigin(),
    baseImageId: base?.id ?? settings.get('ami_id')?.value ?? OPEN,
  });
  return {
    ok: problems.length === 0,
    parameters: Object.fromEntries(settings),
    ami: { name: imageName, tags },
    ...(base && {
      baseImage: { ...base, ageInDays: Math.floor((now.getTime() - new Date(base.createdAt).getTime()) / DAY) },
    }),
    skipped: componentNames(settings.get('skip')?.value ?? ''),
    resources: resources.map(({ name, version, path, url }) => ({ name, version, path, url })),
    sync,
    steps: Object.keys(STEPS),
    cost,
    problems,
    notChecked,
    notes,
  };
}

async function syncReport(prepared: Prepared, notChecked: string[]): Promise<SyncReport> {
  const { settings } = prepared;
  const bucket = settings.get('s3bucket')?.value ?? '';
  const prefix = settings.get('s3prefix')?.value ?? '';
  const s3 = s3Of(prepared);
  if (!s3) return { bucket, prefix };
  const { compareWithS3 } = await import('../sync/compare.ts');
  try {
    const { upload, unchanged } = await compareWithS3({ s3, ...placeOf(settings) });
    return { bucket, prefix, upload: upload.map(({ name, size }) => ({ name, bytes: size })), unchanged };
  } catch (error) {
    if (!isDenied(error)) throw error;
    notChecked.push(`what sync would upload: the credentials may not list s3://${bucket}/${prefix}`);
    return { bucket, prefix };
  }
}

async function costReport({ settings, facts }: Prepared, durations: number[], notChecked: string[]): Promise<Cost> {
  if (!facts) return estimateCost(undefined, durations);
  const value = reader(settings);
  try {
    const { lookUpHourlyPrice } = await import('../lookup/price.ts');
    const price = await lookUpHourlyPrice(facts.partition, value('instance_type'), value('region'));
    return estimateCost(price, durations);
  } catch (error) {
    const reason = isDenied(error) ? 'the credentials may not ask that' : explainAwsError(error);
    if (!reason) throw error;
    notChecked.push(`what the instance costs: ${reason}`);
    return estimateCost(undefined, durations);
  }
}

/** The report for people. */
export function reportAsText(report: PlanReport): string {
  const { parameters, ami, baseImage, skipped, resources, sync, steps, cost, problems, notChecked, notes } = report;
  const rows = Object.entries(parameters).map(([name, { value, source }]) =>
    clean(`  ${name.padEnd(15)} ${value.padEnd(34)} ${source}`),
  );
  const base = baseImage
    ? `${baseImage.id}  ${baseImage.name}, ${baseImage.ageInDays} days old (${baseImage.source})`
    : 'not known';
  const lines = [
    bold('Parameters'),
    ...rows,
    '',
    bold('Image'),
    `  ${clean(ami.name)}`,
    ...Object.entries(ami.tags).map(([key, value]) => clean(`  ${key.padEnd(15)} ${value}`)),
    '',
    bold('Base image'),
    `  ${clean(base)}`,
    '',
    ...(skipped.length > 0 ? [bold('Left out'), `  ${skipped.join(', ')}`, ''] : []),
    bold('From outside'),
    ...resources.map(({ path, url }) => clean(`  ${path}  (${url})`)),
    '',
    bold('Sync'),
    ...syncLines(sync).map(clean),
    '',
    bold('Steps'),
    `  ${steps.join(', ')}`,
    '',
    bold('Cost'),
    `  ${costAsText(cost, parameters.instance_type?.value ?? 'the instance')}`,
    ...section(bold('Good to know'), notes),
    ...section(bold('Not checked'), notChecked),
    ...section(bold(`Problems: ${problems.length}`), problems.map(formatProblem)),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, entries: string[]): string[] {
  return entries.length > 0
    ? ['', title, ...entries.map(entry => `  ${cleanLines(entry).replaceAll('\n', '\n  ')}`)]
    : [];
}

function syncLines({ bucket, prefix, upload, unchanged }: SyncReport): string[] {
  if (!bucket) return ['  where to is not known'];
  const to = `s3://${bucket}/${prefix}`;
  if (!upload) return [`  to ${to}; what differs is not known`];
  const sum = upload.reduce((total, file) => total + file.bytes, 0);
  return [
    `  ${upload.length} to upload (${bytes(sum)}), ${unchanged} unchanged, to ${to}`,
    ...upload.map(file => `  ${file.name} (${bytes(file.bytes)})`),
  ];
}
