import { parsePolicy } from '../endpoint/policy.ts';
import { Fault } from '../service.ts';

/** Checks a policy that says what a role may do. Throws MalformedPolicyDocument. */
export function checkPermissions(json: string): void {
  const document = readDocument(json);
  try {
    parsePolicy(json);
  } catch (error) {
    throw malformed((error as Error).message);
  }
  const statements = [document.Statement].flat() as { Principal?: unknown }[];
  if (statements.some(({ Principal }) => Principal !== undefined)) {
    throw malformed('Policy document should not specify a principal.');
  }
}

/** Checks a policy that says who may take a role. Throws MalformedPolicyDocument. */
export function checkTrust(json: string): void {
  const statements = [readDocument(json).Statement].flat() as Record<string, unknown>[];
  for (const statement of statements) {
    if (typeof statement !== 'object' || statement === null) throw malformed('A Statement must be an object.');
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') throw malformed('Effect must be Allow or Deny.');
    if (!statement.Principal) throw malformed('A Statement needs a Principal.');
    if (statement.Resource !== undefined) throw malformed('Has prohibited field Resource.');
    const actions = [statement.Action].flat();
    if (actions.length === 0 || !actions.every(action => typeof action === 'string' && action.startsWith('sts:'))) {
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    }
  }
}

function readDocument(json: string): { Statement?: unknown } {
  try {
    const document = JSON.parse(json);
    if (typeof document === 'object' && document !== null && document.Statement !== undefined) return document;
  } catch {
    throw malformed('Syntax errors in policy: it is not JSON.');
  }
  throw malformed('Syntax errors in policy: it has no Statement.');
}

function malformed(why: string): Fault {
  return new Fault('MalformedPolicyDocument', why);
}
