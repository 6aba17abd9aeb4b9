/** One call of an AWS API, after its signature was checked and its parameters were parsed. */
export interface Call {
  /** `autoscaling`, `cloudformation`, `ec2`, `iam`, `pricing`, `sts` or `ssm`: the service named in the credential scope of the signature. */
  service: string;
  action: string;
  /** Query parameters as a tree: `Filter.1.Name=x` is `{ Filter: [{ Name: 'x' }] }`; JSON bodies as they are. */
  parameters: Parameters;
  region: string;
  caller: Caller;
}

// biome-ignore lint/suspicious/noExplicitAny: the wire format is untyped; each action reads what it documents
export type Parameters = Record<string, any>;

/**
 * Who signed the call: the operator (the credentials that `run` sets), an instance through its role, or a service of
 * AWS that works for the account. Services call actions by their tables; they alone may set tags that begin with `aws:`.
 */
export type Caller =
  | { kind: 'operator' }
  | { kind: 'role'; role: string; instanceId: string }
  | { kind: 'service'; service: string };

/** An action answers with a tree that becomes XML (arrays as `<item>`s or `<member>`s) or JSON. */
export type Action = (parameters: Parameters, call: Call) => Promise<object> | object;

/** The actions a service knows, by name. Whatever is not here is refused as `InvalidAction`. */
export type Service = Record<string, Action>;

/** A refusal in the words of AWS: `code` and `message` reach the client as they are. */
export class Fault extends Error {
  readonly code: string;
  /** HTTP status: 400 for most of the caller's mistakes, 404 for S3 and IAM, 409, 503. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Trouble on order, for tests: `apply` delays a call, refuses it with a Fault, or throws Dropped. */
export interface Faults {
  apply(service: string, action: string): Promise<void>;
}

/** The connection of this call is to be cut without an answer. */
export class Dropped extends Error {}
