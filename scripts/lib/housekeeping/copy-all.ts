import type { EC2Client } from '@aws-sdk/client-ec2';
import { explain } from '../aws/errors.ts';
import { Failure } from '../command/problems.ts';
import type { Progress } from '../command/progress.ts';
import { aligned } from './aligned.ts';
import { type Copy, copyTo, type Source } from './copy.ts';

export interface CopyAllOptions {
  source: Source;
  regions: readonly string[];
  kmsKey?: string;
  connect(region: string): Promise<EC2Client>;
  signal: AbortSignal;
  progress: Progress;
  pause?: number;
}

const RIGHTS = 'ec2:CopyImage, ec2:CreateTags, ec2:Describe*, ec2:ModifyImageAttribute or ec2:EnableImageDeprecation';

/** Copies to all regions at once; what fails in one holds no other up. Never throws: each copy says how it went. */
export async function copyAll(options: CopyAllOptions): Promise<Copy[]> {
  const { source, regions, kmsKey, connect, signal, progress, pause } = options;
  const copies = regions.map((region): Copy => ({ region, stage: 'looking' }));
  const show = () => progress.working(copies.map(inShort).join(', '));
  show();
  await Promise.all(
    copies.map(async copy => {
      const update = (change: Partial<Copy>) => {
        const isNews = change.stage !== undefined && change.stage !== copy.stage;
        Object.assign(copy, change);
        if (isNews) progress.line(inWords(copy));
        show();
      };
      try {
        const ec2 = await connect(copy.region);
        await copyTo({ ec2, source, signal, update, ...(kmsKey && { kmsKey }), ...(pause !== undefined && { pause }) });
      } catch (error) {
        if (!signal.aborted) update({ stage: 'failed', problem: whyFailed(error) });
      }
    }),
  );
  return copies;
}

function whyFailed(error: unknown): string {
  return error instanceof Failure ? error.message : explain(error, RIGHTS);
}

/** How far a copy is, for the line that lives. */
function inShort({ region, stage, progress }: Copy): string {
  return `${region} ${stage === 'copying' ? (progress ?? 'copying') : stage}`;
}

/** What has happened to a copy, for a line that stays. */
function inWords(copy: Copy): string {
  const { region, stage, imageId, existed } = copy;
  if (stage === 'copying') return `${region}: ${existed ? `${imageId} is there already` : `copying to ${imageId}`}`;
  if (stage === 'finishing') return `${region}: ${imageId} is available`;
  return `${region}: ${outcome(copy)}`;
}

function outcome({ stage, existed, problem }: Copy): string {
  if (stage === 'failed') return `failed: ${problem}`;
  return stage === 'done' ? (existed ? 'was there already' : 'copied') : 'under way';
}

/** What came of the copies, a line for each. */
export function copiesAsText(copies: readonly Copy[]): string {
  const rows = copies.map(copy => [copy.region, copy.imageId ?? '-', outcome(copy)]);
  return `${aligned(rows).join('\n')}\n`;
}

/** What is under way in AWS when the command is interrupted. */
export function underWay(copies: readonly Copy[]): string {
  const going = copies.filter(({ stage, imageId }) => imageId && (stage === 'copying' || stage === 'finishing'));
  if (going.length === 0) return 'Nothing is under way in AWS.';
  return [
    'Under way in AWS, where it goes on by itself:',
    ...going.map(({ region, imageId }) => `    ${region}  ${imageId}`),
    'The same command again waits for it and finishes it.',
  ].join('\n');
}
