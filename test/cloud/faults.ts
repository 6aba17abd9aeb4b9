import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Dropped, Fault, type Faults } from './service.ts';
import { wildcard } from './wildcard.ts';

/** One kind of trouble, on order. */
export interface FaultRule {
  id: string;
  /** `imds`, or a service such as `ec2`; `*` stands for any text. */
  service: string;
  /** `CopyImage`, `Describe*`; for imds method and path: `GET /latest/user-data`. */
  action: string;
  /** Seconds to wait before anything else happens. */
  delay?: number;
  /** Refuse the call. */
  error?: { code: string; status: number; message: string };
  /** Cut the connection without an answer. */
  drop?: boolean;
  /** How many calls it strikes; all, unless given. */
  times?: number;
}

/** The rules in force, in the order in which they were added. */
export function readFaultRules(folder: string): FaultRule[] {
  try {
    return JSON.parse(readFileSync(fileIn(folder), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** What can be ordered of the account itself, for as long as the rule stands: `account:no-default-vpc`. */
export const ACCOUNT_CONDITIONS = ['no-default-vpc'] as const;

/** Whether the account is to be in a condition that was ordered. */
export function isOrdered(folder: string, condition: (typeof ACCOUNT_CONDITIONS)[number]): boolean {
  return readFaultRules(folder).some(({ service, action }) => service === 'account' && action === condition);
}

/** Adds a rule; a running cloud obeys it from the next call on. */
export function addFaultRule(folder: string, rule: Omit<FaultRule, 'id'>): void {
  const rules = [...readFaultRules(folder), { id: randomUUID(), ...rule }];
  mkdirSync(folder, { recursive: true });
  const draft = `${fileIn(folder)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(rules, null, 1)}\n`);
  renameSync(draft, fileIn(folder));
}

export function clearFaultRules(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

/** Strikes calls as the rules say. The file is read for each call: it is small, rarely there, and always current. */
export function createFaults(folder: string): Faults {
  const struck = new Map<string, number>();
  return {
    async apply(service, action) {
      const due = readFaultRules(folder).filter(
        rule => wildcard(rule.service).test(service) && wildcard(rule.action).test(action) && isLeft(rule),
      );
      for (const rule of due) struck.set(rule.id, (struck.get(rule.id) ?? 0) + 1);
      for (const { delay = 0, drop, error } of due) {
        await setTimeout(delay * 1000);
        if (drop) throw new Dropped();
        if (error) throw new Fault(error.code, error.message, error.status);
      }
    },
  };

  function isLeft({ id, times }: FaultRule): boolean {
    return times === undefined || (struck.get(id) ?? 0) < times;
  }
}

function fileIn(folder: string): string {
  return join(folder, 'faults.json');
}
