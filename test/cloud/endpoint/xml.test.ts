import { expect, it } from 'vitest';
import { Repeated, xmlElement } from './xml.ts';

it('writes arrays as the list items of EC2 and IAM', () => {
  const tree = {
    tagSet: [
      { key: 'a', value: 1 },
      { key: 'b', value: true },
    ],
    names: ['x'],
    none: [],
  };
  expect(xmlElement('r', tree, 'item')).toBe(
    '<r><tagSet><item><key>a</key><value>1</value></item><item><key>b</key><value>true</value></item></tagSet><names><item>x</item></names><none></none></r>',
  );
});

it('repeats the element of an array for S3', () => {
  expect(xmlElement('r', { Contents: [{ Key: 'a' }, { Key: 'b' }], CommonPrefixes: [] })).toBe(
    '<r><Contents><Key>a</Key></Contents><Contents><Key>b</Key></Contents></r>',
  );
});

it('repeats an element among the list items of EC2 where it is told to', () => {
  const tree = { groupSet: { groupId: new Repeated(['a', 'b']) } };
  expect(xmlElement('r', tree, 'item')).toBe('<r><groupSet><groupId>a</groupId><groupId>b</groupId></groupSet></r>');
});

it('leaves out what is not there, but not what is empty', () => {
  expect(xmlElement('r', { a: undefined, b: null, c: '', d: 0, e: false })).toBe('<r><c></c><d>0</d><e>false</e></r>');
});

it('writes moments in ISO 8601', () => {
  expect(xmlElement('t', new Date(0))).toBe('<t>1970-01-01T00:00:00.000Z</t>');
});

it('escapes what has a meaning in XML, and control characters', () => {
  expect(xmlElement('t', '<a>&"\r\n\u0001é')).toBe('<t>&lt;a&gt;&amp;&quot;&#13;\n&#1;é</t>');
});
