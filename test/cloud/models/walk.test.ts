import { expect, test } from 'vitest';
import type { Model } from './model.ts';
import { deviations } from './walk.ts';

const shapes: Model['shapes'] = {
  Answer: {
    type: 'structure',
    required: ['Name'],
    members: {
      Name: { shape: 'Text', locationName: 'name' },
      Size: { shape: 'Number', locationName: 'size' },
      Word: { shape: 'Word', locationName: 'word' },
      Made: { shape: 'Time', locationName: 'made' },
      Parts: { shape: 'Parts', locationName: 'partSet' },
    },
  },
  Text: { type: 'string' },
  Number: { type: 'integer' },
  Word: { type: 'string', enum: ['yes', 'no'] },
  Time: { type: 'timestamp' },
  Parts: { type: 'list', member: { shape: 'Part', locationName: 'item' } },
  Part: { type: 'structure', members: { Id: { shape: 'Text', locationName: 'id' } } },
};
const ec2: Model = {
  metadata: { protocol: 'ec2' },
  operations: { Ask: { output: { shape: 'Answer' } }, Do: {} },
  shapes,
};
const json: Model = { ...ec2, metadata: { protocol: 'json' } };

const asked = (fields: string) =>
  deviations(ec2, 'Ask', `<AskResponse xmlns="x"><requestId>1</requestId>${fields}</AskResponse>`);

test('an answer as the model has it deviates in nothing', () => {
  const parts = '<partSet><item><id>a</id></item><item/></partSet>';
  expect(
    asked(`<name>a &amp; b</name><size>-1</size><word>no</word><made>2026-01-01T00:00:00.000Z</made>${parts}`),
  ).toEqual([]);
  expect(asked('<name/><partSet/>')).toEqual([]);
  expect(deviations(ec2, 'Do', '<DoResponse><requestId>1</requestId><return>true</return></DoResponse>')).toEqual([]);
  expect(deviations(json, 'Ask', '{"name":"a","size":1,"made":1.5,"partSet":[{"id":"a"}]}')).toEqual([]);
});

test.each([
  ['', 'Ask.name: missing'],
  ['<name>a</name><nom>a</nom>', 'Ask.nom: not in the model'],
  ['<name><x>a</x></name>', 'Ask.name: not a string'],
  ['<name>a</name><size>1.5</size>', 'Ask.size: 1.5 is not a integer'],
  ['<name>a</name><word>maybe</word>', 'Ask.word: maybe is none of yes, no'],
  ['<name>a</name><made>yesterday</made>', 'Ask.made: yesterday is not a timestamp'],
  ['<name>a</name><partSet><member><id>a</id></member></partSet>', 'Ask.partSet.member: items are called item'],
  ['<name>a</name><partSet><item><key>a</key></item></partSet>', 'Ask.partSet.0.key: not in the model'],
])('%s: %s', (fields, deviation) => {
  expect(asked(fields)).toEqual([deviation]);
});

test('types in JSON, and an answer where none is described', () => {
  expect(deviations(json, 'Ask', '{"name":1,"size":"1","partSet":{}}')).toEqual([
    'Ask.name: 1 is not a string',
    'Ask.size: 1 is not a integer',
    'Ask.partSet: not a list',
  ]);
  const more = '<DoResponse><requestId>1</requestId><return>true</return><id>a</id></DoResponse>';
  expect(deviations(ec2, 'Do', more)).toEqual(['Do.id: not in the model']);
});
