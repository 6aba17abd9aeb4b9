import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { checkUserData } from './check-user-data.ts';
import { checkKey, KEYS } from './schema.ts';
import { schemaDocument } from './schema-document.ts';

/** Names that every object of JavaScript has, or had: to a user they are a name like any other. */
const ODD_NAMES = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...['prototype', 'length', 'name', 'then', 'toJSON', '', '0', ' ', '*', 'ü', '\u202e', 'a\nb', 'a.b', 'a/b', '~1'],
];
/** A right and a wrong value for each key that holds names of the user's own. */
const RECORDS = { crontab: ['s3://bucket/key', 5, 'must be a string, s3://bucket/key'] } as const;

const cases = Object.entries(RECORDS).flatMap(([key, values]) =>
  ODD_NAMES.map(name => [key as keyof typeof RECORDS, name, ...values] as const),
);
/** As JSON.parse makes it: a name such as __proto__ is a property of its own. */
const objectOf = (name: string, value: unknown) => JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);
const published = new Ajv({ strict: false }).compile(JSON.parse(schemaDocument()));

it('knows every key that holds names of the user', () => {
  const records = Object.entries(KEYS).filter(([, schema]) => 'type' in schema && schema.type === 'record');
  expect(records.map(([key]) => key)).toEqual(Object.keys(RECORDS));
});

it.each(cases)('%s takes %j for a name, with a right value', (key, name, right) => {
  const checked = checkKey(key, objectOf(name, right));
  expect(checked).toEqual({ value: objectOf(name, right) });
  expect(Object.keys('value' in checked ? (checked.value as object) : {})).toEqual([name]);
  const document = objectOf(key, objectOf(name, right));
  expect(checkUserData(Buffer.from(JSON.stringify(document)))).toEqual([]);
  expect(published(document)).toBe(true);
});

it.each(cases)('%s takes %j for a name, with a wrong value', (key, name, _, wrong, message) => {
  expect(checkKey(key, objectOf(name, wrong))).toEqual({ faults: [{ path: [name], message }] });
  const document = objectOf(key, objectOf(name, wrong));
  expect(checkUserData(Buffer.from(JSON.stringify(document)))).toEqual([
    { line: 1, column: `{"${key}":{`.length + 1, message: expect.stringContaining(message) },
  ]);
  expect(published(document)).toBe(false);
});

it('tells every wrong value of a key from its right ones', () => {
  const value = JSON.parse('{"__proto__": 5, "root": "s3://bucket/key", "constructor": "nowhere"}');
  expect(checkKey('crontab', value)).toEqual({
    faults: [
      { path: ['__proto__'], message: 'must be a string, s3://bucket/key' },
      { path: ['constructor'], message: 'must look like s3://bucket/key' },
    ],
  });
});

it.each([null, 5, 'text', [], ['s3://bucket/key'], true])('does not take %j for an object of names', value => {
  expect(checkKey('crontab', value)).toEqual({
    faults: [{ path: [], message: 'must be an object of user names, each with s3://bucket/key' }],
  });
});

it.each(ODD_NAMES)('a key %j at the top or below swap is an unknown one', name => {
  expect(checkUserData(Buffer.from(JSON.stringify(objectOf(name, 1))))).toEqual([
    expect.objectContaining({ line: 1, column: 2, message: expect.stringMatching(/^unknown key /) }),
  ]);
  expect(checkUserData(Buffer.from(JSON.stringify({ swap: objectOf(name, 1) })))).toEqual([
    expect.objectContaining({ line: 1, column: 10, message: expect.stringMatching(/^unknown key .* in swap; /) }),
  ]);
});
