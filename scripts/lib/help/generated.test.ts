import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../command/root.ts';
import { generatedFiles } from './generated.ts';

it.each([...generatedFiles()])('%s is up to date; make generate mends it', (file, content) => {
  const path = join(ROOT, file);
  expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(content);
});
