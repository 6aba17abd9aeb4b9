import type { Problem } from '../command/problems.ts';
import type { Config } from './config.ts';
import type { Resolved } from './settings.ts';

/**
 * Takes a config file's S3 location apart into `s3bucket` and `s3prefix`. It is `s3://bucket/prefix`, or relative to
 * `_.s3base` (with or without `s3://`); `${version}` stands for the lava version.
 */
export function s3Location(
  config: Pick<Config, 's3' | 's3base'>,
  lavaVersion: string,
  problems: Problem[],
): { s3bucket?: Resolved; s3prefix?: Resolved } {
  if (!config.s3) return {};
  const { source } = config.s3;
  const location = config.s3.value.replaceAll('${version}', lavaVersion);
  const absolute = location.startsWith('s3://') ? location : below(config.s3base, location);
  if (absolute === undefined) {
    problems.push({
      parameter: 's3',
      value: config.s3.value,
      source,
      message: 'is relative, and there is no base for it to be relative to',
      fix: 'Write s3://bucket/prefix, or set s3base in the section "_" of the environment.',
    });
    return {};
  }
  const [bucket = '', ...prefix] = absolute.replace(/^s3:\/\//, '').split('/');
  return { s3bucket: { value: bucket, source }, s3prefix: { value: prefix.join('/'), source } };
}

function below(base: Resolved | undefined, location: string): string | undefined {
  return base && `${base.value.replace(/^s3:\/\//, '').replace(/\/+$/, '')}/${location.replace(/^\/+/, '')}`;
}
