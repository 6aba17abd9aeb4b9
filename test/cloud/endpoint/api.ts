import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Call, Faults, Parameters, Service } from '../service.ts';
import { Fault } from '../service.ts';
import type { State } from '../state.ts';
import { authenticate } from './authentication.ts';
import { authorizeAction } from './authorization.ts';
import type { KnownKey } from './credentials.ts';
import type { HttpRequest } from './http-request.ts';
import { jsonAnswer, jsonFault, readJsonCall } from './json-protocol.ts';
import { checkLimits } from './limits.ts';
import { type Answer, type Protocol, protocolOf } from './protocol.ts';
import { ec2Answer, ec2Fault, queryAnswer, queryFault, readQueryCall } from './query-protocol.ts';
import type { SignatureClaim } from './signature.ts';
import type { Track } from './track.ts';

/** No call of these services is larger; RunInstances with user data comes to some 25 kB. */
const MAXIMUM_BODY = 1_048_576;

export interface ApiContext {
  services: Record<string, Service>;
  state: State;
  faults: Faults;
  findKey(accessKeyId: string): KnownKey | undefined;
}

/** Answers one call of EC2, IAM, STS or SSM. Throws Fault, Refusal or Dropped; `track` learns what it was about. */
export async function answerApi(
  context: ApiContext,
  request: HttpRequest,
  claim: SignatureClaim,
  track: Track,
): Promise<Answer> {
  const { service, region } = claim;
  const protocol = protocolOf(service, request);
  const body = await readBody(request);
  const payloadHash = createHash('sha256').update(body).digest('hex');
  const { caller } = await authenticate(request, claim, payloadHash, context.findKey);
  track.caller = caller;
  const { action, parameters } = readCall(protocol, request, body.toString());
  track.action = action;
  authorizeAction(protocol, caller, context.state, { service, name: action, parameters });
  const run = findAction(context.services, service, action, protocol);
  checkLimits(service, action, parameters);
  await context.faults.apply(service, action);
  const call: Call = { service, action, parameters, region, caller };
  return answerOf(protocol, call, await run(parameters, call), track.requestId);
}

/** The answer to a fault, in the shape that clients of the service expect. */
export function faultAnswer(protocol: Protocol, service: string, fault: Fault, requestId: string): Answer {
  if (protocol === 'json') return jsonFault(fault, requestId);
  return protocol === 'ec2' ? ec2Fault(fault, requestId) : queryFault(service, fault, requestId);
}

function findAction(services: Record<string, Service>, service: string, action: string, protocol: Protocol) {
  const known = Object.hasOwn(services, service) ? services[service]! : undefined;
  if (known && Object.hasOwn(known, action)) return known[action]!;
  const message = known
    ? `The action ${action} is not valid for this web service: the local cloud does not know it in ${service}.`
    : `The local cloud has no service ${service}, so it cannot answer its action ${action}.`;
  throw new Fault(protocol === 'json' ? 'UnknownOperationException' : 'InvalidAction', message);
}

function readCall(protocol: Protocol, request: HttpRequest, body: string): { action: string; parameters: Parameters } {
  return protocol === 'json'
    ? readJsonCall(request.headers['x-amz-target'] ?? '', body)
    : readQueryCall(request.query, body);
}

function answerOf(protocol: Protocol, { service, action }: Call, result: object, requestId: string): Answer {
  if (protocol === 'json') return jsonAnswer(result, requestId);
  return protocol === 'ec2' ? ec2Answer(action, result, requestId) : queryAnswer(service, action, result, requestId);
}

async function readBody(request: HttpRequest): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MAXIMUM_BODY) {
    throw new Fault('RequestEntityTooLarge', `The body of a call may hold ${MAXIMUM_BODY} bytes at most.`, 413);
  }
  return buffer(request.body);
}
