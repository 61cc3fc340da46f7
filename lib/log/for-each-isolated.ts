import { log } from './log'

/** Does the same for each of several; one that fails is logged, and the others are done all the same. */
export async function forEachIsolated<T>(items: readonly T[], what: string, run: (item: T) => Promise<void>) {
  for (const item of items)
    await run(item).catch((error) => log().error({ err: error, [what]: item }, `this ${what} was left out; its next turn comes`))
}
