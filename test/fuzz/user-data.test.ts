import fc from 'fast-check';
import { expect } from 'vitest';
import { checkUserData } from '../../boot/lib/check-user-data.ts';
import { checkKey, KEYS, type Key } from '../../boot/lib/schema.ts';
import { parseUserData } from '../../boot/lib/user-data.ts';
import { clean } from '../../scripts/lib/command/clean.ts';
import { anyText, fuzz, nearly } from './fuzz.ts';

const value = fc.oneof(
  anyText,
  fc.array(anyText, { maxLength: 3 }),
  fc.dictionary(anyText, fc.oneof(anyText, fc.constant('s3://my-bucket/a.cron')), { maxKeys: 3 }),
  fc.record(
    {
      size: fc.oneof(fc.double(), fc.integer(), anyText),
      file: fc.oneof(
        anyText.map(text => `/${text}`),
        anyText,
      ),
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
);
const keys = Object.keys(KEYS) as Key[];
const object = fc.dictionary(fc.oneof(fc.constantFrom<string>(...keys), anyText), value, { maxKeys: 4 });
const pieces = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  '"shell"',
  '"swap"',
  '"size"',
  '1',
  'null',
  '#!/bin/sh\n',
  '//',
  '\n',
];
const document = fc.oneof(
  object.map(content => Buffer.from(JSON.stringify(content))),
  nearly(pieces).map(text => Buffer.from(text)),
  fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
);

fuzz('user data that passes can be obeyed, and what is wrong with other has its place', document, given => {
  const problems = checkUserData(given);
  for (const { line, column, message } of problems) {
    expect(line).toBeGreaterThan(0);
    expect(column).toBeGreaterThan(0);
    expect(clean(message)).toBe(message);
  }
  if (problems.length > 0) return;
  const userData = parseUserData(given);
  expect(['object', 'absent']).toContain(userData.kind);
  if (userData.kind !== 'object') return;
  for (const key of keys.filter(name => Object.hasOwn(userData.object, name))) {
    expect(checkKey(key, userData.object[key])).toHaveProperty('value');
  }
});
