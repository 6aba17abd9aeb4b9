import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Node } from 'yaml';
import type { Problem } from '../command/problems.ts';
import { ROOT } from '../command/root.ts';
import { yaml } from '../command/yaml.ts';
import { COMPONENTS, componentNames } from '../parameters/components.ts';
import { reader, type Settings } from '../parameters/settings.ts';

/** The list of the project. */
export const RESOURCE_LIST = join(ROOT, 'ami/resources.yaml');

/** An entry of the list: of what there is one for each region, name and address have `${region}`, and pins are by region. */
export type ListedResource = Omit<Resource, 'sha256' | 'region'> & {
  sha256?: string | Record<string, string> | undefined;
};

/** Something that images take from outside their operating system's repositories, as ami/resources.yaml declares it. */
export interface Resource {
  name: string;
  component?: string | undefined;
  version: string;
  os?: string[] | undefined;
  arch?: string | undefined;
  url: string;
  /** In hexadecimal digits; missing until it is pinned. */
  sha256?: string | undefined;
  /** Where there is one for each region: the region that this one is for. */
  region?: string | undefined;
  /** The vendor's detached signature, and the fingerprint of the key that has to have made it. */
  signature?: { url: string; key: string } | undefined;
  /** Below ami/resources.s3, and below the prefix in S3. */
  path: string;
  /** Its line in ami/resources.yaml. */
  line: number;
}

const plain = (what: string) => v.pipe(v.string(what), v.regex(/^[A-Za-z0-9]([A-Za-z0-9._+-]|\$\{region\})*$/, what));
const digits = v.pipe(
  v.string('has a sha256 that is not 64 hexadecimal digits'),
  v.regex(/^[0-9a-f]{64}$/, 'has a sha256 that is not 64 hexadecimal digits'),
);
const HTTPS = /^https:\/\/[^\s'"\\]+$/;
const isHttps = (text: string) => HTTPS.test(text);
const address = v.pipe(
  v.string('an address is missing'),
  v.regex(HTTPS, 'is no https address: nothing comes over plain http'),
  v.check(text => !isHttps(text) || URL.canParse(text), 'is no address: its host or its port can not be'),
);
/** The last part of an address names the file that it is kept in, here and in S3. */
const download = v.pipe(
  address,
  v.check(
    text => !isHttps(text) || !URL.canParse(text) || fileNameOf(text) !== undefined,
    'ends in no plain file name (letters, digits, and .+~_-)',
  ),
);
const ENTRY = v.strictObject({
  name: plain('has no plain name (letters, digits, and ._+- after the first)'),
  component: v.optional(v.picklist(Object.keys(COMPONENTS), 'names a component that there is not')),
  version: plain('has no plain version (letters, digits, and ._+- after the first)'),
  os: v.optional(v.array(v.string())),
  arch: v.optional(v.picklist(['x86_64', 'arm64'], 'has an arch that is neither x86_64 nor arm64')),
  url: download,
  sha256: v.optional(v.union([digits, v.record(v.string(), digits)], 'has a sha256 that is not 64 hexadecimal digits')),
  signature: v.optional(
    v.strictObject({
      url: address,
      key: v.pipe(v.string(), v.regex(/^[0-9A-F]{40}$/, 'has a key that is no fingerprint of 40 hexadecimal digits')),
    }),
  ),
});

/** Reads the list of resources; whatever is wrong with it becomes a problem. */
export function readResourceList(problems: Problem[], file = RESOURCE_LIST): ListedResource[] {
  const { LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), {
    lineCounter: lines,
    schema: 'failsafe',
    prettyErrors: false,
  });
  const lineAt = (offset = 0) => lines.linePos(offset).line;
  const wrong = (line: number, message: string) =>
    problems.push({
      parameter: 'resources',
      source: `resources.yaml, line ${line}`,
      message,
      fix: 'Mend it there; its first lines say what an entry has.',
    });
  for (const error of document.errors) wrong(lineAt(error.pos[0]), `is not YAML: ${error.message}`);
  if (document.errors.length > 0) return [];
  let whole: { resources?: unknown } | null;
  try {
    whole = document.toJS();
  } catch (error) {
    // An alias of nothing, or aliases of aliases that would fill the memory.
    wrong(1, `is not YAML: ${(error as Error).message}`);
    return [];
  }
  const entries = whole?.resources;
  if (!Array.isArray(entries)) {
    wrong(1, 'has no list of resources');
    return [];
  }
  return entries.flatMap((entry, index) => {
    const nodeAt = (...path: unknown[]) => document.getIn(['resources', index, ...path], true) as Node | undefined;
    const line = lineAt(nodeAt()?.range?.[0]);
    const parsed = v.safeParse(ENTRY, entry);
    if (parsed.success) return [resourceOf(parsed.output, line)];
    for (const issue of parsed.issues) {
      const path = (issue.path ?? []).map(({ key }) => key);
      const place = lineAt((nodeAt(...path) ?? nodeAt())?.range?.[0]);
      const key = path.join('.');
      const ofKey = issue.expected === 'never' ? `${key} is nothing that an entry has` : `${key} is missing`;
      wrong(place, issue.type === 'strict_object' ? ofKey : issue.message);
    }
    return [];
  });
}

/** The last part of an address as a file name; nothing where it is not plain, so that it could be another place. */
function fileNameOf(url: string): string | undefined {
  try {
    const example = url.replaceAll('${version}', '1').replaceAll(REGION, 'a');
    return /^[\w~][\w.+~-]*$/.exec(lastPart(example))?.[0];
  } catch {
    return undefined;
  }
}

function lastPart(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
}

function resourceOf(entry: v.InferOutput<typeof ENTRY>, line: number): ListedResource {
  const inFull = (url: string) => url.replaceAll('${version}', entry.version);
  const url = inFull(entry.url);
  const signature = entry.signature && { ...entry.signature, url: inFull(entry.signature.url) };
  const path = [entry.name, entry.version, lastPart(url)].join('/');
  return { ...entry, url, signature, path, line };
}

/** What decides which resources an image needs. */
export interface ImageKind {
  os: string;
  arch: string;
  pythonVersion: string;
  /** The region it is built in; where it is not known, what there is one of for each region is not needed. */
  region?: string | undefined;
  /** Components that are left out. */
  skip: readonly string[];
}

/** What the resources belong to, as resolved parameters say. */
export function imageKind(settings: Settings): ImageKind {
  const value = reader(settings);
  return {
    os: value('os'),
    arch: value('arch'),
    pythonVersion: value('python_version'),
    region: value('region') || undefined,
    skip: componentNames(value('skip')),
  };
}

/** The resources of the list that an image needs; of what there is one for each region, that of its own. */
export function neededResources(list: readonly ListedResource[], kind: ImageKind): Resource[] {
  const { os, arch, pythonVersion, skip, region } = kind;
  return list
    .filter(
      resource =>
        (resource.os?.includes(os) ?? true) &&
        (resource.arch ?? arch) === arch &&
        (resource.name !== 'python' || resource.version === pythonVersion) &&
        !(resource.component && skip.includes(resource.component)),
    )
    .flatMap(resource => inRegion(resource, region) ?? []);
}

function inRegion({ sha256, ...resource }: ListedResource, region: string | undefined): Resource | undefined {
  if (!resource.url.includes(REGION)) {
    return { ...resource, sha256: typeof sha256 === 'string' ? sha256 : undefined };
  }
  if (!region) return undefined;
  const [name, url, path] = [resource.name, resource.url, resource.path].map(text => text.replaceAll(REGION, region));
  const pinned = typeof sha256 === 'object' ? sha256[region] : undefined;
  return { ...resource, name: name!, url: url!, path: path!, sha256: pinned, region };
}

const REGION = '${region}';
