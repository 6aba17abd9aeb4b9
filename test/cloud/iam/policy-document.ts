import { parsePolicy, type Statement } from '../endpoint/policy.ts';
import { Fault } from '../service.ts';

/** Checks a policy that says what a role may do. Throws MalformedPolicyDocument. */
export function checkPermissions(json: string): void {
  const document = readDocument(json);
  try {
    parsePolicy(json);
  } catch (error) {
    throw malformed((error as Error).message);
  }
  const statements = [document.Statement].flat() as Statement[];
  if (statements.some(({ Principal }) => Principal !== undefined)) {
    throw malformed('Policy document should not specify a principal.');
  }
  for (const statement of statements) checkWords(statement);
}

/** What IAM looks at within the elements: the forms of actions and resources, the names of condition operators. */
function checkWords({ Action, NotAction, Resource, NotResource, Condition }: Statement): void {
  const actions = [Action ?? NotAction].flat().map(String);
  if (!actions.every(action => /^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/.test(action))) {
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
  const resources = [Resource ?? NotResource].flat().map(String);
  const stray = resources.find(resource => !/^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+)$/s.test(resource));
  if (stray !== undefined) throw malformed(`Resource ${stray} must be in ARN format or "*".`);
  const unknown = Object.keys(Condition ?? {}).find(operator => !OPERATOR.test(operator));
  if (unknown !== undefined) throw malformed(`Invalid Condition type : ${unknown}.`);
}

/** IAM's condition operators (user guide, "IAM JSON policy elements: Condition operators"). */
const OPERATOR = new RegExp(
  `^(ForAllValues:|ForAnyValue:)?(${[
    'String(Not)?Equals(IgnoreCase)?',
    'String(Not)?Like',
    '(Numeric|Date)((Not)?Equals|LessThan(Equals)?|GreaterThan(Equals)?)',
    'Bool',
    'BinaryEquals',
    '(Not)?IpAddress',
    'Arn(Not)?(Equals|Like)',
  ].join('|')})(IfExists)?$|^Null$`,
);

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
