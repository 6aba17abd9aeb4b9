import { refusal } from '../aws/errors.ts';

/** A question that got no answer, and why. */
export interface Unanswered {
  what: string;
  why: string;
}

/**
 * The answer to a question; when AWS refuses it for want of a right, or is too busy after all retries, there is none,
 * and `unanswered` says so. Any other error is thrown.
 */
export async function question<Answer>(
  what: string,
  right: string,
  unanswered: Unanswered[],
  ask: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    const why = refusal(error, right);
    if (!why) throw error;
    unanswered.push({ what, why });
    return undefined;
  }
}

/** Questions without an answer, a line for each. */
export function unansweredLines(unanswered: readonly Unanswered[]): string[] {
  return unanswered.map(({ what, why }) => `  ${what}: ${why}`);
}
