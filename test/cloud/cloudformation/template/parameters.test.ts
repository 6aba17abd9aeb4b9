import { expect, test } from 'vitest';
import { parameterTexts, parameterValues } from './parameters.ts';
import type { Block } from './template.ts';

const account = {
  has: (type: string, value: string) => type === 'AWS::EC2::Subnet::Id' && value === 'subnet-1',
  stored: (name: string) => (name === '/image' ? 'subnet-1' : undefined),
};
const read = (declared: Block, text?: string) => {
  const texts = parameterTexts({ p: declared }, text === undefined ? {} : { p: text });
  return parameterValues({ p: declared }, texts, account).p;
};

test.each<[Block, string | undefined, string | string[]]>([
  [{ Type: 'String' }, '', ''],
  [{ Type: 'String', Default: 3 }, undefined, '3'],
  [{ Type: 'String', Default: 'd' }, 'g', 'g'],
  [{ Type: 'Number', MinValue: 1, MaxValue: '3' }, '2', '2'],
  [{ Type: 'List<Number>' }, '1, 2', ['1', '2']],
  [{ Type: 'CommaDelimitedList', Default: ['a', 'b'] }, undefined, ['a', 'b']],
  [{ Type: 'String', AllowedPattern: '[a-z]*' }, 'abc', 'abc'],
  [{ Type: 'List<AWS::EC2::Subnet::Id>' }, 'subnet-1,subnet-1', ['subnet-1', 'subnet-1']],
  [{ Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Subnet::Id>' }, '/image', 'subnet-1'],
])('%j given %j is %j', (declared, text, expected) => {
  expect(read(declared, text)).toEqual(expected);
});

test.each<[Block, string, string]>([
  [{ Type: 'Number' }, 'x', "Parameter 'p' must be a number"],
  [{ Type: 'Number', MinValue: 1 }, '0', "Parameter 'p' must be a number not less than 1"],
  [{ Type: 'Number', MaxValue: 1 }, '2', "Parameter 'p' must be a number not greater than 1"],
  [{ Type: 'String', MinLength: 1 }, '', "Parameter 'p' must contain at least 1 characters"],
  [{ Type: 'String', MaxLength: '1' }, 'ab', "Parameter 'p' must contain at most 1 characters"],
  [{ Type: 'String', AllowedValues: ['a'] }, 'b', "Parameter 'p' must be one of AllowedValues"],
  [{ Type: 'String', AllowedPattern: 'a' }, 'aa', "Parameter 'p' must match pattern a"],
  [
    { Type: 'String', AllowedPattern: 'a', ConstraintDescription: 'only a' },
    'b',
    'Parameter p failed to satisfy constraint: only a',
  ],
  [
    { Type: 'List<AWS::EC2::Subnet::Id>' },
    'subnet-1,subnet-2',
    'Parameter validation failed: parameter value subnet-2 for parameter name p does not exist',
  ],
  [{ Type: 'AWS::SSM::Parameter::Value<String>' }, '/x', 'Unable to fetch parameters [/x] from parameter store'],
])('%j given %j is refused', (declared, text, message) => {
  expect(() => read(declared, text)).toThrow(message);
});

test('all that lack a value are named, and all that nobody declared', () => {
  const declared = { a: { Type: 'String' }, b: { Type: 'String' } };
  expect(() => parameterTexts(declared, {})).toThrow('Parameters: [a, b] must have values');
  expect(() => parameterTexts(declared, { a: '', b: '', c: '', d: '' })).toThrow(
    'Parameters: [c, d] do not exist in the template',
  );
});
