import { type Listing, listing } from './listing.ts';
import type { Transport } from './transport.ts';
import type {
  CreatePlanInput,
  ListPlansInput,
  Plan,
  PlanEffect,
  PlanEffectInput,
  UpdatePlanInput,
  User,
} from './types.ts';

/** Prices, limits and quotas. A `ref` is an id, slug or name. */
export function plansApi(transport: Transport) {
  return {
    /** `await` for one page, `for await` for every plan. */
    list: (input: ListPlansInput = {}): Listing<Plan> =>
      listing((cursor = input.cursor) => transport.query('plans.list', { ...input, cursor })),
    get: (ref: string): Promise<Plan> => transport.query('plans.get', { plan: ref }),
    /** Puts the caller, a signed-in user, on another plan without price; in force at once. */
    choose: (ref: string): Promise<User> => transport.mutate('plans.choose', { plan: ref }),
    create: (input: CreatePlanInput): Promise<Plan> => transport.mutate('plans.create', input),
    /** Changes what is given, at once and for everyone on the plan; `null` clears. */
    update: (ref: string, changes: Omit<UpdatePlanInput, 'plan'>): Promise<Plan> =>
      transport.mutate('plans.update', { ...changes, plan: ref }),
    /** What other limits would do to the users of a plan, by what they did in the last 30 days; changes nothing. */
    effect: (ref: string, limits: Omit<PlanEffectInput, 'plan'> = {}): Promise<PlanEffect> =>
      transport.query('plans.effect', { ...limits, plan: ref }),
    /** Refused while users are on the plan. */
    delete: (ref: string): Promise<{ id: string }> =>
      transport.mutate('plans.delete', { plan: ref }),
  };
}
