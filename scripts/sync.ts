import { s3Client, stsClient } from './lib/aws/clients.ts';
import { explainAwsError } from './lib/aws/errors.ts';
import { clean } from './lib/command/clean.ts';
import { refuse } from './lib/command/problems.ts';
import { bytes } from './lib/command/progress.ts';
import { command } from './lib/parameters/command.ts';
import { SYNC_PARAMETERS } from './lib/parameters/targets.ts';
import { placeOf } from './lib/sync/place.ts';
import { readFolder } from './lib/sync/read-folder.ts';

// `make sync`: uploads ami/resources.s3, as `make ami` does before the build. dry_run=yes only says what it would do.
await command(SYNC_PARAMETERS, async ({ values, settings, problems, accountId, progress, signal }) => {
  const place = placeOf(settings);
  // The folder is read while the AWS SDK loads: where there is nothing to upload, these two are most of the work.
  const content = readFolder(place);
  const [{ runSync, syncSummary }, { compareWithS3, totalSize }] = await Promise.all([
    import('./lib/sync/run-sync.ts'),
    import('./lib/sync/compare.ts'),
  ]);
  const s3 = await s3Client(values.region);
  const inquiry = { settings, problems, notChecked: [], notes: [] };
  if (accountId) {
    const { lookUpAccount } = await import('./lib/lookup/account.ts');
    await lookUpAccount({ ...inquiry, aws: { sts: await stsClient(values.region) } }, accountId);
  }
  refuse(problems);
  try {
    if (values.dry_run) {
      const { upload, unchanged } = await compareWithS3({ s3, ...place }, content, signal);
      for (const { name, size } of upload) console.log(`${clean(name)} (${bytes(size)})`);
      console.log(`${upload.length} to upload (${bytes(totalSize(upload))}), ${unchanged} unchanged`);
    } else {
      const difference = await runSync({ s3, ...place }, signal, progress, content);
      progress.end();
      console.log(syncSummary(difference));
    }
  } catch (error) {
    // When S3 refuses, the bucket may be why: then that is what to say.
    if (explainAwsError(error)) {
      const { lookUpBucket } = await import('./lib/lookup/bucket.ts');
      await lookUpBucket({ ...inquiry, aws: { s3 } });
    }
    refuse(problems);
    throw error;
  }
});

// Nothing is left to do, and to take the thread and the SDK apart would take a while.
process.exit();
