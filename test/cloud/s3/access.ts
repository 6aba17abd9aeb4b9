import { identityDecision, reasonOf } from '../endpoint/authorization.ts';
import { callerArn, principalsOf } from '../endpoint/caller-arn.ts';
import { evaluate, parsePolicy } from '../endpoint/policy.ts';
import { notAuthorized } from '../endpoint/refusals.ts';
import type { S3Call, S3Context } from './s3-call.ts';
import type { Bucket } from './store.ts';

/** The owner always reaches the policy itself, or a careless Deny could never be taken back. */
const OWNERS_OWN = /^s3:(Get|Put|Delete)BucketPolicy$/;

/**
 * Throws AccessDenied unless the caller may do `action` (`s3:GetObject`) by its own rights or the bucket's policy.
 * With `key` the resource is that object, without it the bucket.
 */
export function authorize(context: S3Context, call: S3Call, action: string, bucket: Bucket, key?: string): void {
  const resource = `arn:aws:s3:::${bucket.name}${key === undefined ? '' : `/${key}`}`;
  const conditions = conditionsOf(call);
  const identity = identityDecision(call.caller, context.state.roles, { action, resource, conditions });
  if (call.caller.kind === 'operator' && OWNERS_OWN.test(action)) return;
  const statements = bucket.settings.policy === undefined ? [] : parsePolicy(bucket.settings.policy);
  const principals = principalsOf(call.caller);
  const ofBucket = evaluate(statements, { action, resource, conditions, principals });
  const refuse = (why: string) => notAuthorized('s3', callerArn(call.caller), action, `"${resource}"`, why);
  if (ofBucket === 'denied explicitly') throw refuse('with an explicit deny in a resource-based policy');
  if (identity === 'denied explicitly' || (identity === 'not allowed' && ofBucket === 'not allowed')) {
    throw refuse(reasonOf(identity, action));
  }
}

/** Throws AccessDenied for actions that concern no one bucket. */
export function authorizeAccount(context: S3Context, call: S3Call, action: string, resource = '*'): void {
  const decision = identityDecision(call.caller, context.state.roles, {
    action,
    resource,
    conditions: conditionsOf(call),
  });
  if (decision === 'allowed') return;
  throw notAuthorized('s3', callerArn(call.caller), action, `"${resource}"`, reasonOf(decision, action));
}

const CONDITION_QUERY = ['prefix', 'delimiter', 'max-keys'];
const CONDITION_HEADERS = [
  'x-amz-acl',
  'x-amz-copy-source',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-storage-class',
];

function conditionsOf({ query, headers, secure }: S3Call): Record<string, string | undefined> {
  const fromQuery = CONDITION_QUERY.map(name => [`s3:${name}`, query.get(name) ?? undefined]);
  const fromHeaders = CONDITION_HEADERS.map(name => [`s3:${name}`, headers[name]]);
  return { ...Object.fromEntries([...fromQuery, ...fromHeaders]), 'aws:securetransport': String(secure) };
}
