import type { Fault, Parameters } from '../service.ts';
import type { Answer } from './protocol.ts';
import { queryParameters } from './query-parameters.ts';
import { xmlElement, xmlElements } from './xml.ts';

const NAMESPACES: Record<string, string> = {
  autoscaling: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
  cloudformation: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  ec2: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

/** Action and parameters of a query call; they come in the body of a POST or in the query of a GET. */
export function readQueryCall(query: URLSearchParams, body: string): { action: string; parameters: Parameters } {
  const pairs = body === '' ? [...query].filter(([name]) => !/^X-Amz-/i.test(name)) : [...new URLSearchParams(body)];
  const { Action, Version: _version, ...parameters } = queryParameters(pairs);
  return { action: typeof Action === 'string' ? Action : '', parameters };
}

/** EC2 puts the fields right below `<ActionResponse>`, lists as `<item>`. */
export function ec2Answer(action: string, result: object, requestId: string): Answer {
  const fields = xmlElements({ requestId, ...result }, 'item');
  return xml(200, requestId, `<${action}Response xmlns="${NAMESPACES.ec2}">${fields}</${action}Response>`);
}

/** IAM and STS put them below `<ActionResult>`, lists as `<member>`. */
export function queryAnswer(service: string, action: string, result: object, requestId: string): Answer {
  const fields = xmlElement(`${action}Result`, result, 'member');
  const metadata = xmlElement('ResponseMetadata', { RequestId: requestId });
  return xml(
    200,
    requestId,
    `<${action}Response xmlns="${NAMESPACES[service]}">${fields}${metadata}</${action}Response>`,
  );
}

export function ec2Fault({ code, message, status }: Fault, requestId: string): Answer {
  const error = { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId };
  return xml(status, requestId, xmlElement('Response', error));
}

export function queryFault(service: string, { code, message, status }: Fault, requestId: string): Answer {
  const error = { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message };
  const namespace = NAMESPACES[service] ?? NAMESPACES.sts;
  const fields = xmlElements({ Error: error, RequestId: requestId });
  return xml(status, requestId, `<ErrorResponse xmlns="${namespace}">${fields}</ErrorResponse>`);
}

function xml(status: number, requestId: string, body: string): Answer {
  const headers = { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId };
  return { status, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}
