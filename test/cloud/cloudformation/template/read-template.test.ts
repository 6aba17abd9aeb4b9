import { expect, test } from 'vitest';
import { readTemplate } from './read-template.ts';

const R = 'Resources: { A: { Type: T } }';

test.each([
  ['x', 'unsupported structure.'],
  ['{}', 'At least one Resources member must be defined.'],
  [`${R}\nFoo: {}`, 'Invalid template property or properties [Foo]'],
  [`${R}\nAWSTemplateFormatVersion: 2011-01-01`, 'Template format version not supported: 2011-01-01'],
  ['Resources: { A: {} }', '[/Resources/A] Every Resources object must contain a Type member.'],
  ['Resources: { a-b: { Type: T } }', 'Resource name a-b is non alphanumeric.'],
  ['Resources: { A: { Type: T, Depends: B } }', "Invalid resource attribute 'Depends' of A"],
  ['Resources: { A: { Type: T, DependsOn: B } }', 'Unresolved resource dependencies [B] in the Resources block'],
  [`${R}\nOutputs: { O: { Value: !Ref B } }`, 'Unresolved resource dependencies [B] in the Outputs block'],
  [`${R}\nOutputs: { O: {} }`, 'Output O must have a Value'],
  [`${R}\nConditions: { C: !Equals [!Ref A, x] }`, 'Cannot reference resources in the Conditions block'],
  [`${R}\nParameters: { p: { Type: Strin } }`, 'Unrecognized parameter type: Strin, of parameter p'],
  [`${R}\nParameters: { p: { Type: String, Defaul: x } }`, "Invalid template parameter property 'Defaul'"],
  [`${R}\nTransform: My::Macro`, 'The local cloud does not know the transform My::Macro'],
  ['{ "Resources": { "A": }', 'JSON not well-formed. (line 1'],
  [`${R}\n${R}`, 'YAML not well-formed. (line 2, column 1)'],
])('%s is refused', (body, message) => {
  expect(() => readTemplate(body)).toThrow(message);
});
