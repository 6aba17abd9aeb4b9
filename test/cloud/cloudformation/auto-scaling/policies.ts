import { Fault } from '../../service.ts';
import { duration } from '../duration.ts';
import { type Block, isBlock, textOf, type Value } from '../template/template.ts';
import type { RollingPolicy } from './rolling-update.ts';

/** `UpdatePolicy` of a group (template reference, "UpdatePolicy attribute"). */
export interface UpdatePolicy {
  rolling?: RollingPolicy & { suspend: string[] };
  /** Another group takes the place of this one. */
  replacing: boolean;
  /** Sizes that are the same as before are left as they are now, whoever changed them. */
  ignoreUnmodifiedSizes: boolean;
}

/** Reads a group's UpdatePolicy. Throws ValidationError for what it may not say. */
export function readUpdatePolicy(policy: Block | undefined): UpdatePolicy {
  const { AutoScalingRollingUpdate, AutoScalingReplacingUpdate, AutoScalingScheduledAction, ...unknown } = policy ?? {};
  refuseUnknown('UpdatePolicy', unknown);
  const replacing = isBlock(AutoScalingReplacingUpdate) && flag(AutoScalingReplacingUpdate.WillReplace);
  const ignoreUnmodifiedSizes =
    isBlock(AutoScalingScheduledAction) && flag(AutoScalingScheduledAction.IgnoreUnmodifiedGroupSizeProperties);
  if (!isBlock(AutoScalingRollingUpdate)) return { replacing, ignoreUnmodifiedSizes };
  return { rolling: readRolling(AutoScalingRollingUpdate), replacing, ignoreUnmodifiedSizes };
}

/** `CreationPolicy` of a group; undefined when nobody is waited for. */
export function readCreationPolicy(
  policy: Block | undefined,
): { count: number; timeout: number; timeoutText: string; percent: number } | undefined {
  const { ResourceSignal, AutoScalingCreationPolicy, ...unknown } = policy ?? {};
  refuseUnknown('CreationPolicy', unknown);
  if (!isBlock(ResourceSignal)) return undefined;
  const timeoutText = textOf(ResourceSignal.Timeout) ?? 'PT5M';
  const creation = isBlock(AutoScalingCreationPolicy) ? AutoScalingCreationPolicy : {};
  return {
    count: number(ResourceSignal.Count, 1),
    timeoutText,
    timeout: duration(timeoutText),
    percent: number(creation.MinSuccessfulInstancesPercent, 100),
  };
}

function readRolling(policy: Block): NonNullable<UpdatePolicy['rolling']> {
  const { MaxBatchSize, MinInstancesInService, MinSuccessfulInstancesPercent, PauseTime, ...rest } = policy;
  const { SuspendProcesses, WaitOnResourceSignals, ...unknown } = rest;
  refuseUnknown('AutoScalingRollingUpdate', unknown);
  const waitOnSignals = flag(WaitOnResourceSignals);
  const pauseTime = textOf(PauseTime) ?? (waitOnSignals ? 'PT5M' : 'PT0S');
  return {
    maxBatchSize: number(MaxBatchSize, 1),
    minInstancesInService: number(MinInstancesInService, 0),
    minSuccessfulPercent: number(MinSuccessfulInstancesPercent, 100),
    pauseTime,
    pause: duration(pauseTime),
    waitOnSignals,
    suspend: Array.isArray(SuspendProcesses) ? SuspendProcesses.map(String) : [],
  };
}

function flag(value: Value | undefined): boolean {
  return textOf(value)?.toLowerCase() === 'true';
}

function number(value: Value | undefined, otherwise: number): number {
  const text = textOf(value);
  if (text === undefined) return otherwise;
  if (/^\d+$/.test(text)) return Number(text);
  throw new Fault('ValidationError', `Value ${text} of a policy must be a whole number`);
}

function refuseUnknown(where: string, unknown: Block): void {
  const names = Object.keys(unknown);
  if (names.length > 0) {
    throw new Fault('ValidationError', `The local cloud does not know ${names.join(', ')} of ${where}`);
  }
}
