import { describe, expect, it } from 'vitest';
import { evaluate, type PolicyQuestion, parsePolicy } from './policy.ts';

const read: PolicyQuestion = { action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/lava/ami/a.zip' };

function decide(statement: object | object[], question: PolicyQuestion = read) {
  return evaluate(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement })), question);
}

describe('a policy', () => {
  it('allows what a statement allows and nothing else', () => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/lava/*' };
    expect(decide(statement)).toBe('allowed');
    expect(decide(statement, { ...read, action: 's3:PutObject' })).toBe('not allowed');
    expect(decide(statement, { ...read, resource: 'arn:aws:s3:::bucket/other' })).toBe('not allowed');
  });

  it('denies explicitly whatever else is allowed, in either order', () => {
    const allow = { Effect: 'Allow', Action: '*', Resource: '*' };
    const deny = { Effect: 'Deny', Action: ['s3:*'], Resource: ['*.zip'] };
    expect(decide([allow, deny])).toBe('denied explicitly');
    expect(decide([deny, allow])).toBe('denied explicitly');
    expect(decide([deny, allow], { ...read, resource: 'arn:aws:s3:::bucket/x' })).toBe('allowed');
  });

  it.each([
    ['s3:Get*', true],
    ['S3:getobject', true],
    ['s3:Ge?Object', true],
    ['s3:Get', false],
    ['s3.GetObject', false],
    ['ec2:*', false],
  ])('reads the action %s as a pattern', (Action, matches) => {
    expect(decide({ Effect: 'Allow', Action, Resource: '*' })).toBe(matches ? 'allowed' : 'not allowed');
  });

  it.each([
    ['arn:aws:s3:::bucket/lava/*', true],
    ['arn:aws:s3:::bucket/lava/ami/?.zip', true],
    ['arn:aws:s3:::bucket/lava/ami/a.zi', false],
    ['arn:aws:s3:::bucket', false],
    ['arn:aws:s3:::BUCKET/*', false],
    ['arn:aws:s3:::bucket/lava/ami/a+zip', false],
  ])('reads the resource %s as a pattern', (Resource, matches) => {
    expect(decide({ Effect: 'Allow', Action: '*', Resource })).toBe(matches ? 'allowed' : 'not allowed');
  });

  it('knows NotAction and NotResource', () => {
    expect(decide({ Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' })).toBe('allowed');
    expect(decide({ Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' })).toBe('not allowed');
    expect(decide({ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::other/*' })).toBe('allowed');
    expect(decide({ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::bucket/*' })).toBe('not allowed');
  });
});

describe('a condition', () => {
  const allow = (Condition: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', Condition });
  const deny = (Condition: object) => ({ Effect: 'Deny', Action: '*', Resource: '*', Condition });
  const list = (prefix?: string): PolicyQuestion => ({
    action: 's3:ListBucket',
    resource: 'arn:aws:s3:::bucket',
    conditions: { 's3:prefix': prefix },
  });

  it.each([
    [{ StringEquals: { 's3:prefix': 'lava/' } }, 'lava/', true],
    [{ StringEquals: { 's3:prefix': ['x', 'lava/'] } }, 'lava/', true],
    [{ StringEquals: { 's3:Prefix': 'lava/' } }, 'lava/', true],
    [{ StringEquals: { 's3:prefix': 'lava/*' } }, 'lava/a', false],
    [{ StringLike: { 's3:prefix': 'lava/*' } }, 'lava/a', true],
    [{ StringLike: { 's3:prefix': 'lava/*' } }, 'other', false],
    [{ StringLike: { 's3:prefix': '*' } }, undefined, false],
    [{ StringLikeIfExists: { 's3:prefix': 'lava/*' } }, undefined, true],
    [{ StringNotEquals: { 's3:prefix': 'lava/' } }, 'lava/', false],
    [{ StringNotEquals: { 's3:prefix': ['a', 'b'] } }, 'lava/', true],
    [{ StringNotEquals: { 's3:prefix': 'lava/' } }, undefined, true],
    [{ Null: { 's3:prefix': 'true' } }, undefined, true],
    [{ Null: { 's3:prefix': true } }, 'lava/', false],
    [{ StringEquals: { 's3:prefix': 'lava/' }, Null: { 's3:prefix': 'true' } }, 'lava/', false],
  ])('%j on the prefix %s holds: %s', (condition, prefix, holds) => {
    expect(decide(allow(condition), list(prefix))).toBe(holds ? 'allowed' : 'not allowed');
  });

  it('with an operator that is not known never opens a door', () => {
    const unknown = { IpAddress: { 'aws:sourceip': '10.0.0.0/8' } };
    expect(decide(allow(unknown))).toBe('not allowed');
    expect(decide([{ Effect: 'Allow', Action: '*', Resource: '*' }, deny(unknown)])).toBe('denied explicitly');
  });
});

describe('a principal', () => {
  const question = { ...read, principals: ['arn:aws:sts::1:assumed-role/builder/i-1', 'arn:aws:iam::1:role/builder'] };
  const statement = (Principal?: unknown) => ({ Effect: 'Allow', Principal, Action: '*', Resource: '*' });

  it.each([
    ['*', true],
    [{ AWS: '*' }, true],
    [{ AWS: ['x', 'arn:aws:iam::1:role/builder'] }, true],
    [{ AWS: 'arn:aws:iam::1:role/other' }, false],
    [{ Service: 'ec2.amazonaws.com' }, false],
    [undefined, false],
  ])('%j means the caller: %s', (principal, means) => {
    expect(decide(statement(principal), question)).toBe(means ? 'allowed' : 'not allowed');
  });
});

it.each([
  ['no JSON', '{', 'JSON'],
  ['another version', '{"Version":"2008-10-17","Statement":[]}', 'Version'],
  ['no statement', '{"Version":"2012-10-17"}', 'Statement'],
  ['no effect', '{"Version":"2012-10-17","Statement":{"Action":"*","Resource":"*"}}', 'Effect'],
  ['no action', '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*"}}', 'Action'],
  ['no resource', '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*"}}', 'Resource'],
  ['NotPrincipal', '{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotPrincipal":"*"}}', 'NotPrincipal'],
])('a document with %s is refused', (_what, json, why) => {
  expect(() => parsePolicy(json)).toThrow(why);
});
