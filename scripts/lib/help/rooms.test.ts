import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { importsOfRooms, ROOMS } from './rooms.ts';

const order = Object.keys(ROOMS);
const imports = [...importsOfRooms()].map(([room, others]) => ({ room, others: [...others] }));

it('every file is in a room, and every room says what it is for', () => {
  expect(imports.map(({ room }) => room)).toEqual(order);
});

it.each(imports)('$room imports only rooms that are declared below it', ({ room, others }) => {
  expect(others.filter(other => order.indexOf(other) <= order.indexOf(room))).toEqual([]);
});

it('what is imported is read out of every kind of import, tests aside', () => {
  const library = mkdtempSync(join(tmpdir(), 'rooms-'));
  onTestFinished(() => rmSync(library, { recursive: true }));
  const files = {
    'plan/plan.ts': `import type { Aws } from '../aws/clients.ts';\nimport {\n  a,\n  b,\n} from '../sync/place.ts';\n`,
    'plan/wheels/late.ts': `await import('../../lookup/price.ts');\nimport { c } from '../plan.ts';\n`,
    'plan/plan.test.ts': `import { x } from '../help/rooms.ts';\n`,
    'astray.ts': `import { y } from './plan/plan.ts';\n`,
  };
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(library, file, '..'), { recursive: true });
    writeFileSync(join(library, file), content);
  }
  const found = importsOfRooms(library);
  expect([...(found.get('plan') ?? [])]).toEqual(['sync', 'lookup', 'aws']);
  expect([...(found.get('') ?? [])]).toEqual(['plan']);
});
