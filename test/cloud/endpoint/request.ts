import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { Dropped, Fault } from '../service.ts';
import { type ApiContext, answerApi, faultAnswer } from './api.ts';
import type { ApiLog } from './api-log.ts';
import { callerArn } from './caller-arn.ts';
import { type HttpRequest, httpRequest } from './http-request.ts';
import { type Protocol, protocolOf } from './protocol.ts';
import { Refusal } from './refusals.ts';
import { answerRest, type RestContext, restFault, restIdentifiers } from './rest.ts';
import { MalformedSignature, readClaim, type SignatureClaim } from './signature.ts';
import type { Track } from './track.ts';

export interface RequestContext extends ApiContext, RestContext {
  apiLog: ApiLog;
  log(line: string): void;
  newRequestId(): string;
}

type Sendable = { status: number; headers: Record<string, string>; body?: string | Readable };

/** Answers one HTTP request, whatever becomes of it, and notes in the log how it went. Never throws. */
export async function answerRequest(
  context: RequestContext,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const start = performance.now();
  const request = httpRequest(message);
  const track: Track = { requestId: context.newRequestId(), service: guessService(request), action: request.method };
  let error: string | undefined;
  let status = 0;
  try {
    const sendable = await answer(context, request, track).catch(thrown => {
      if (thrown instanceof Dropped) throw thrown;
      const fault = faultOf(context, request, track, thrown);
      error = fault.code;
      const protocol = protocolOf(track.service, request);
      return protocol === 's3'
        ? restFault(fault, track.requestId)
        : faultAnswer(protocol, track.service, fault, track.requestId);
    });
    status = sendable.status;
    await send(message, response, track, sendable);
  } catch (thrown) {
    // On order, or because the client went away: either way there is nobody to tell.
    error = thrown instanceof Dropped ? 'Dropped' : 'ConnectionLost';
    message.socket.destroy();
  }
  context.apiLog.add({
    service: track.service,
    action: track.action,
    ...(track.caller ? { caller: callerArn(track.caller) } : {}),
    ...(track.region ? { region: track.region } : {}),
    ...(track.resource ? { resource: track.resource } : {}),
    status,
    ...(error ? { error } : {}),
    ms: Math.round((performance.now() - start) * 10) / 10,
    ...(message.headers['user-agent'] ? { client: message.headers['user-agent'].split(' ', 1)[0]! } : {}),
  });
}

async function answer(context: RequestContext, request: HttpRequest, track: Track): Promise<Sendable> {
  const claim = claimOf(request);
  track.service = claim.service;
  track.region = claim.region;
  return claim.service === 's3'
    ? answerRest(context, request, claim, track)
    : answerApi(context, request, claim, track);
}

function claimOf(request: HttpRequest): SignatureClaim {
  try {
    const claim = readClaim(request);
    if (claim) return claim;
  } catch (error) {
    if (error instanceof MalformedSignature) throw new Refusal('malformed', error.message);
    throw error;
  }
  throw new Refusal('unsigned');
}

/** Turns whatever was thrown into what the client is told; what is our own mistake goes to the log with its stack. */
function faultOf({ log }: RequestContext, request: HttpRequest, track: Track, thrown: unknown): Fault {
  const protocol = protocolOf(track.service, request);
  if (thrown instanceof Refusal) return thrown.fault(protocol);
  if (thrown instanceof Fault) {
    if (isUnknown(thrown.code)) log(`REFUSED ${track.service} ${track.action}: ${thrown.message}`);
    return thrown;
  }
  if (request.body.errored) throw thrown;
  log(`${track.service} ${track.action} failed, request ${track.requestId}: ${(thrown as Error)?.stack ?? thrown}`);
  const code = internalError(protocol);
  return new Fault(code, 'We encountered an internal error. The log of the local cloud has the stack.', 500);
}

function isUnknown(code: string): boolean {
  return ['InvalidAction', 'UnknownOperationException', 'NotImplemented'].includes(code);
}

function internalError(protocol: Protocol): string {
  return protocol === 's3' || protocol === 'ec2' ? 'InternalError' : 'InternalFailure';
}

const JSON_SERVICES: Record<string, string> = { AmazonSSM: 'ssm', AWSPriceListService: 'pricing' };

/** For requests without a signature, which alone would name the service: by their form. */
function guessService({ headers, query }: HttpRequest): string {
  const target = headers['x-amz-target'];
  if (target !== undefined) return JSON_SERVICES[target.split('.')[0] ?? ''] ?? 'unknown';
  const named = /(?:^|\.)(ec2|iam|sts)[.]/.exec(headers.host ?? '')?.[1];
  if (named) return named;
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return isForm || query.has('Action') ? 'unknown' : 's3';
}

async function send(
  message: IncomingMessage,
  response: ServerResponse,
  track: Track,
  { status, headers, body = '' }: Sendable,
): Promise<void> {
  const identifiers = track.service === 's3' ? restIdentifiers(track.requestId) : {};
  response.writeHead(status, { server: 'local-cloud', ...identifiers, ...lengthOf(status, body, headers), ...headers });
  if (typeof body !== 'string') return pipeline(body, response);
  response.end(message.method === 'HEAD' ? '' : body);
  await finished(response);
}

function lengthOf(status: number, body: string | Readable, headers: Record<string, string>): Record<string, string> {
  if (typeof body !== 'string' || status === 204 || status === 304) return {};
  return headers['content-length'] === undefined ? { 'content-length': String(Buffer.byteLength(body)) } : {};
}
