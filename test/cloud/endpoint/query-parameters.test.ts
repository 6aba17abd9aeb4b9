import { expect, it } from 'vitest';
import { queryParameters } from './query-parameters.ts';

const parse = (text: string) => queryParameters(new URLSearchParams(text));

it.each([
  ['Filter.1.Name=x', { Filter: [{ Name: 'x' }] }],
  ['Filter.1.Name=state&Filter.1.Value.1=a&Filter.1.Value.2=b', { Filter: [{ Name: 'state', Value: ['a', 'b'] }] }],
  ['InstanceId.10=j&InstanceId.2=b&InstanceId.1=a', { InstanceId: ['a', 'b', 'j'] }],
  ['IamInstanceProfile.Name=p', { IamInstanceProfile: { Name: 'p' } }],
  ['Tags.member.1.Key=k&Tags.member.1.Value=', { Tags: [{ Key: 'k', Value: '' }] }],
  ['UserData=a%2Bb%3D%3D', { UserData: 'a+b==' }],
  ['Tags=', { Tags: '' }],
  ['', {}],
])('reads %s as a tree', (text, tree) => {
  expect(parse(text)).toEqual(tree);
});

it.each(['A=1&A.B=2', 'A.B=2&A=1', 'A=1&A=2', '__proto__.x=1', 'a.__proto__=1'])('refuses %s', text => {
  expect(() => parse(text)).toThrow('The parameter');
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});
