import { type GenericSchema, getDotPath, type InferOutput, safeParse } from 'valibot';
import { passOver, readJson } from './json-file.ts';

/**
 * What is in a file of JSON, if it has the shape that it must have; nothing where there is none. One that can't be
 * read, as after a crash or on a full disk, is named, and passed over.
 */
export function readRecord<Schema extends GenericSchema>(
  file: string,
  schema: Schema,
): InferOutput<Schema> | undefined {
  const content = readJson(file);
  if (content === undefined) return undefined;
  const { success, output, issues } = safeParse(schema, content);
  if (success) return output;
  return passOver(file, `what is in it is no such record${at(issues[0])}`);
}

function at(issue: Parameters<typeof getDotPath>[0]): string {
  const path = getDotPath(issue);
  return path ? ` (${path})` : '';
}
