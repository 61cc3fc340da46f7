import type { Subscriber } from '../events/subscriber'

export type Consumer = Pick<Subscriber, 'handle'> &
  Partial<Pick<Subscriber, 'outside' | 'outsideTogether' | 'handleAct' | 'handleActs' | 'isOutsideOnly'>>

/** Lets the relay know these consumers and no others. */
export const only =
  (given: Record<string, Consumer>) =>
  (name: string): Subscriber | undefined =>
    given[name] && { name, types: [], leaves: [], priority: 'normal', isOutsideOnly: false, ...given[name] }
