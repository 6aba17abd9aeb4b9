import type { Caller } from '../service.ts';

/** What is found out about a request while it is answered, for the log and for the answer to a fault. */
export interface Track {
  requestId: string;
  service: string;
  action: string;
  region?: string;
  caller?: Caller;
  /** S3 only: bucket and key. */
  resource?: string;
}
