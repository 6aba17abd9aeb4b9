import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../command/root.ts';
import { yaml } from '../command/yaml.ts';

/** What `ami/ami-build.yaml` says of one operating system. */
export interface OperatingSystem {
  description: string;
  /** The user that can log in to an instance of the image. */
  login_user: string;
  /** Path of the SSM parameters with the ids of base AMIs. */
  ami_ref_path: string;
  /** Tail of that parameter's name. */
  ami_ref: PerArch;
  instance_type?: PerArch;
  /** Its repositories have releases, one of which an image is locked to (parameter releasever). */
  has_releases?: boolean;
  /** Version of its C library, which decides what wheels run on it: `2.34`. */
  glibc: string;
  /** Last day of the vendor's support, as YYYY-MM-DD. */
  end_of_life: string;
  /** Components that it can't have, and why. */
  lacks?: Record<string, string>;
  /** The first series of Python that can't be compiled whole on it, and why. */
  python_below?: { series: string; reason: string };
}

/** One value for all architectures (in which `${arch}` stands for the architecture), or one for each. */
export type PerArch = string | Record<string, string>;

export interface AmiBuild {
  defaults: Record<string, string>;
  arch: Record<string, { description: string; instance_type: string }>;
  os: Record<string, OperatingSystem>;
}

/** Reads `ami/ami-build.yaml`. It is part of the source: a mistake in it is ours. */
export function readAmiBuild(): AmiBuild {
  return yaml().parse(readFileSync(join(ROOT, 'ami/ami-build.yaml'), 'utf8'), withoutPrototype);
}

/** Names that users type are looked up in these maps: only what stands in the file may be found there. */
function withoutPrototype(_key: unknown, value: unknown): unknown {
  return value instanceof Object && !Array.isArray(value) ? Object.assign(Object.create(null), value) : value;
}
