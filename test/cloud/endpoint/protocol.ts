import type { HttpRequest } from './http-request.ts';

/** EC2's dialect of the query protocol, that of IAM and STS, JSON 1.1 of SSM, and S3's REST. */
export type Protocol = 'ec2' | 'query' | 'json' | 's3';

/** The protocol in which a client expects its answer; for services the cloud lacks, the one it seems to speak. */
export function protocolOf(service: string, request: HttpRequest): Protocol {
  if (service === 's3' || service === 'ec2') return service;
  return request.headers['x-amz-target'] === undefined ? 'query' : 'json';
}

/** One answer over HTTP whose body is at hand. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
