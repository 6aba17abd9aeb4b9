import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** One shape of a model, as far as it is looked at here. */
export interface Shape {
  type:
    | 'structure'
    | 'list'
    | 'map'
    | 'string'
    | 'integer'
    | 'long'
    | 'double'
    | 'float'
    | 'boolean'
    | 'timestamp'
    | 'blob';
  required?: string[];
  members?: Record<string, Member>;
  /** What a list holds. */
  member?: Member;
  key?: Member;
  value?: Member;
  enum?: string[];
  min?: number;
  max?: number;
  flattened?: boolean;
}

/** The use of a shape, under the name that it has on the wire. */
export interface Member {
  shape: string;
  locationName?: string;
  queryName?: string;
}

/** AWS's description of one service. */
export interface Model {
  metadata: { protocol: 'ec2' | 'query' | 'json' };
  operations: Record<string, { input?: Member; output?: Member & { resultWrapper?: string } }>;
  shapes: Record<string, Shape>;
}

const PINS = join(import.meta.dirname, 'requirements.txt');
const CACHE = join(import.meta.dirname, '../../../node_modules/.cache');

/** Where the models are, which are fetched once for each pinned version. Throws where that can't be done. */
export function fetchModels(): string {
  const version = /^botocore==(\S+)/m.exec(readFileSync(PINS, 'utf8'))![1]!;
  const home = join(CACHE, `botocore-${version}`);
  if (existsSync(home)) return home;
  // Beside its place and renamed, so that what was interrupted, or done twice at once, does no harm.
  const draft = `${home}.${process.pid}`;
  const pip = ['-m', 'pip', '--disable-pip-version-check', 'install', '--quiet', '--no-deps', '--no-compile'];
  const exactly = ['--require-hashes', '--only-binary', ':all:', '--requirement', PINS, '--target', draft];
  const { status, stderr, error } = spawnSync('python3', [...pip, ...exactly], { encoding: 'utf8' });
  if (status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    const why = error?.message ?? stderr.trim().split('\n').at(-1);
    throw new Error(`AWS's service models need python3 and its pip, and a package index: ${why}`);
  }
  try {
    renameSync(draft, home);
  } catch (problem) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(home)) throw problem;
  }
  return home;
}

/** The newest model of a service, by the name that signatures use. */
export function readModel(home: string, service: string): Model {
  const versions = join(home, 'botocore/data', service);
  const newest = readdirSync(versions).toSorted().at(-1)!;
  return JSON.parse(gunzipSync(readFileSync(join(versions, newest, 'service-2.json.gz'))).toString());
}

/** The name of an input's member on the wire, as the endpoint hands it to actions. */
export function inputName(model: Model, name: string, { locationName, queryName }: Member): string {
  if (model.metadata.protocol !== 'ec2') return locationName ?? name;
  return queryName ?? (locationName ? locationName.charAt(0).toUpperCase() + locationName.slice(1) : name);
}
