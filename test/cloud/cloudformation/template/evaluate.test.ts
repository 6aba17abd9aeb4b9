import { expect, test } from 'vitest';
import { render } from './render.ts';

const template = (text: string, extra = '') => `
${extra}
Parameters:
  name: { Type: String, Default: n }
  list: { Type: CommaDelimitedList, Default: 'a, b' }
Mappings: { Map: { first: { second: found } } }
Conditions: { Yes: !Equals [!Ref name, n], No: !Not [!Condition Yes] }
Resources:
  Other: { Type: T }
  It: { Type: T, Properties: { X: ${text}, Y: there } }
`;
const read = (text: string, extra?: string) => render(template(text, extra)).resources.It!.Properties.X;

test.each([
  ['!Ref name', 'n'],
  ['!Ref list', ['a', 'b']],
  ['!Ref Other', 'Other'],
  ['!Ref AWS::Partition', 'aws'],
  ['!Ref AWS::NoValue', undefined],
  ['[1, !Ref AWS::NoValue, 2]', [1, 2]],
  ['!GetAtt Other.Arn', 'Other.Arn'],
  ['!GetAtt [Other, Arn]', 'Other.Arn'],
  ['{ "Fn::GetAtt": Other.A.B }', 'Other.A.B'],
  ["!Sub '${name}/${Other}/${Other.Arn}/${AWS::Region}/${!no}'", 'n/Other/Other.Arn/us-east-1/${no}'],
  ["!Sub ['${name}-${v}-$x-${}', { v: !Ref name, '': e }]", 'n-n-$x-e'],
  ["!Join [':', [a, !Ref name]]", 'a:n'],
  ["!Join ['', !Ref list]", 'ab'],
  ["!Split [',', 'a,b']", ['a', 'b']],
  ['!Select [1, !Ref list]', 'b'],
  ["!Select ['0', !Split ['.', a.b]]", 'a'],
  ['!Base64 text', 'dGV4dA=='],
  ['{ "Fn::Base64": !Sub "${name}" }', 'bg=='],
  ['!FindInMap [Map, first, second]', 'found'],
  ['!If [Yes, 1, 2]', 1],
  ['!If [No, 1, !Ref AWS::NoValue]', undefined],
  ['!GetAZs ""', ['us-east-1a', 'us-east-1b']],
  ['!Select [0, !GetAZs { Ref: AWS::Region }]', 'us-east-1a'],
  ['!ImportValue exported', 'exported'],
])('%s is %j', (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test('the language extensions are there when the template asks for them', () => {
  const extra = 'Transform: AWS::LanguageExtensions';
  expect(read('!ToJsonString { a: !Ref name }', extra)).toBe('{"a":"n"}');
  expect(read('!Length [!Ref name, 2]', extra)).toBe(2);
  expect(read('!FindInMap [Map, first, none, { DefaultValue: d }]', extra)).toBe('d');
  expect(() => read('!ToJsonString { a: 1 }')).toThrow('Fn::ToJsonString needs "Transform: AWS::LanguageExtensions"');
});

test.each([
  ['!Ref none', 'Unresolved resource dependencies [none] in the Resources block of the template'],
  ["!Sub '${none.Arn}'", 'Unresolved resource dependencies [none] in the Resources block'],
  ['!If [None, 1, 2]', 'Unresolved condition dependencies [None]'],
  ['!Foo x', 'The local cloud does not know the tag: !Foo'],
  ['{ "Fn::Foo": x }', 'The local cloud does not know the function Fn::Foo here'],
  ['!Cidr [a, 1, 2]', 'does not know the function Fn::Cidr'],
  ['!Select [5, !Ref list]', 'Fn::Select cannot select nonexistent value at index 5'],
  ['!FindInMap [Map, first, none]', 'Unable to get mapping for Map::first::none'],
  ['!Join [a]', 'Fn::Join requires a list of 2 values'],
  ["!Join [',', name]", 'Fn::Join needs a list of values'],
  ["!Sub '${list}'", 'Fn::Sub needs a single value, which ["a","b"] is not'],
  ['!GetAtt Other', 'every Fn::GetAtt object requires two non-empty parameters'],
  ['null', "[/Resources/It/Properties/X] 'null' values are not allowed in templates"],
  ['[', 'YAML not well-formed. (line'],
])('%s is refused', (text, message) => {
  expect(() => read(text)).toThrow(message);
});
