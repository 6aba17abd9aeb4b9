import type { ImageUsers } from '../aws/clients.ts';
import { lavaImages } from '../aws/images.ts';
import { candidates, type Decision, decide, type Policy } from './decide.ts';
import type { Unanswered } from './question.ts';
import { createUseFinder } from './uses/find-uses.ts';

/** What is decided of every image; where anything is unanswered, no image goes. */
export interface Assessment {
  decisions: Decision[];
  unanswered: Unanswered[];
}

/** Looks at everything and decides. With `only`, the answer is about that image alone: the last look before it goes. */
export type Assess = (only?: string) => Promise<Assessment>;

/** Prepares to assess an account's images, as often as it is wanted. */
export function createAssess(clients: ImageUsers, policy: Policy, clock: () => Date = () => new Date()): Assess {
  const finder = createUseFinder(clients);
  return async only => {
    const [images, account] = await Promise.all([lavaImages(clients.ec2), finder.ofAccount()]);
    const now = clock();
    const open = candidates(images, policy, now).filter(
      ({ id }) => !account.uses.has(id) && (only === undefined || id === only),
    );
    const others = await finder.ofOthers(open);
    const unanswered = [...account.unanswered, ...others.unanswered];
    const decisions = decide(images, new Map([...account.uses, ...others.uses]), policy, now)
      .filter(({ image }) => only === undefined || image.id === only)
      .map(decision => (unanswered.length > 0 ? undecided(decision) : decision));
    return { decisions, unanswered };
  };
}

/** As long as anything is not known, whatever would go stays. */
function undecided({ image, fate, why }: Decision): Decision {
  return fate === 'stays' ? { image, fate, why } : { image, fate: 'stays', why: ['not everything could be asked'] };
}
