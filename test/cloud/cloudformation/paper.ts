import type { CloudFormationContext } from './context.ts';
import { planOf } from './plan-of.ts';
import type { Stack, Wanted } from './stack.ts';
import { namesOnly } from './surroundings.ts';
import { ANY_ACCOUNT } from './template/parameters.ts';
import { type Plan, type RenderedResource, renderResource } from './template/plan.ts';

/** What a template makes of parameters, with names in the place of resources, so that only its own words count. */
export interface Paper {
  plan: Plan;
  resources: Record<string, RenderedResource>;
}

/** A template with these parameters, on paper. What the account no longer has does not matter for what was. */
export function onPaper(context: CloudFormationContext, stack: Stack, wanted: Wanted): Paper {
  const plan = planOf(context, stack, wanted, ANY_ACCOUNT);
  const surroundings = namesOnly(context.state);
  const resources = plan.order.map(name => [name, renderResource(plan, name, surroundings)] as const);
  return { plan, resources: Object.fromEntries(resources) };
}
