import { Fault } from '../service.ts';

/** Milliseconds of an ISO 8601 duration as CloudFormation takes it, `PT#H#M#S`. Throws ValidationError. */
export function duration(text: string): number {
  const [whole, hours, minutes, seconds] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text) ?? [];
  if (whole === undefined || whole === 'PT') {
    throw new Fault('ValidationError', `Invalid duration ${text}: it must be written as PT#H#M#S`);
  }
  return ((Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0)) * 1000;
}
