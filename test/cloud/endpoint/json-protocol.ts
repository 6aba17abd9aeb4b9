import { Fault, type Parameters } from '../service.ts';
import type { Answer } from './protocol.ts';

/** Action and parameters of a JSON call: `x-amz-target: AmazonSSM.GetParameter` and an object as the body. */
export function readJsonCall(target: string, body: string): { action: string; parameters: Parameters } {
  const action = target.slice(target.indexOf('.') + 1);
  try {
    const parameters = JSON.parse(body || '{}');
    if (parameters !== null && typeof parameters === 'object' && !Array.isArray(parameters))
      return { action, parameters };
  } catch {
    // Answered below, like a body that is JSON but no object.
  }
  throw new Fault('SerializationException', `The body of ${action} is not a JSON object.`);
}

export function jsonAnswer(result: object, requestId: string): Answer {
  return json(200, requestId, result);
}

export function jsonFault({ code, message, status }: Fault, requestId: string): Answer {
  return json(status, requestId, { __type: code, message });
}

function json(status: number, requestId: string, body: object): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId };
  return { status, headers, body: JSON.stringify(body) };
}
