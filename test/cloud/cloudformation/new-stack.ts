import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../state.ts';
import type { Stack, Wanted } from './stack.ts';

/** A stack without resources, as it stands when its first operation begins. */
export function newStack(name: string, wanted: Wanted, now: Date, status: string): Stack {
  return {
    stackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/${randomUUID()}`,
    stackName: name,
    status,
    createdAt: now.toISOString(),
    wanted,
    onFailure: 'ROLLBACK',
    resources: {},
    discarded: [],
    outputs: {},
    events: [],
    changeSets: {},
  };
}
