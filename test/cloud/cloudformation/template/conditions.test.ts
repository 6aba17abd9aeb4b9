import { expect, test } from 'vitest';
import { render } from './render.ts';

const holds = (condition: string) => {
  const body = `
Parameters: { p: { Type: String, Default: x }, l: { Type: CommaDelimitedList, Default: 'x,x' } }
Conditions: { Yes: !Equals [1, '1'], No: !Equals [!Ref p, y], It: ${condition} }
Resources: { A: { Type: T, Condition: It } }`;
  const { conditions, resources } = render(body);
  expect(Object.keys(resources)).toEqual(conditions.It ? ['A'] : []);
  return conditions.It;
};

test.each([
  ['!Equals [!Ref p, x]', true],
  ['!Equals [!Join [",", !Ref l], "x,x"]', true],
  ['!Not [!Condition Yes]', false],
  ['!And [!Condition Yes, !Condition No]', false],
  ['!Or [{ Condition: Yes }, { Condition: No }]', true],
  ['!And [!Or [!Condition No, !Condition Yes], !Not [!Condition No]]', true],
])('%s is %s', (condition, expected) => {
  expect(holds(condition)).toBe(expected);
});

test.each([
  ['!Condition It', 'Circular dependency between conditions'],
  ['!Condition None', 'Unresolved condition dependencies [None]'],
  ['!And [!Condition Yes]', 'requires a list of at least 2 and at most 10'],
  ['!Equals [1]', 'every Fn::Equals object requires a list of 2 string parameters'],
  ['true', 'true is not a condition'],
])('%s is refused', (condition, message) => {
  expect(() => holds(condition)).toThrow(message);
});

test('rules say what does not hold', () => {
  const body = (value: string) => `
Parameters: { env: { Type: String, Default: ${value} }, size: { Type: String, Default: small } }
Rules:
  Large:
    RuleCondition: !Equals [!Ref env, prod]
    Assertions:
      - { Assert: !Contains [[large, huge], !Ref size], AssertDescription: production is large }
      - { Assert: !Not [!EachMemberIn [[a, b], [a]]] }
Resources: { A: { Type: T } }`;
  expect(() => render(body('prod'))).toThrow('Template rules validation failed: production is large');
  expect(Object.keys(render(body('dev')).resources)).toEqual(['A']);
});

test('a circle of resources is refused, and one that is not there is not spoken of', () => {
  const circle = 'Resources: { A: { Type: T, DependsOn: B }, B: { Type: T, Properties: { X: !Ref A } } }';
  expect(() => render(circle)).toThrow('Circular dependency between resources: [A, B]');
  const absent = `
Conditions: { No: !Equals [a, b] }
Resources: { A: { Type: T, Condition: No }, B: { Type: T, Properties: { X: !Ref A } } }`;
  expect(() => render(absent)).toThrow('Unresolved resource dependencies [A] in the Resources block');
});
