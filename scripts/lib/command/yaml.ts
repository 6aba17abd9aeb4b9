import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The YAML library. It takes half as long to load as Node to start, so only what reads YAML does so. */
export function yaml(): typeof import('yaml') {
  return require('yaml');
}
