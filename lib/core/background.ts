import { AsyncLocalStorage } from 'node:async_hooks'

interface Chain {
  /** What comes next. Work under one key looks for all that waits, so one more turn does for any number of calls. */
  next: (() => Promise<void>) | null
  done: Promise<void>
}

// Next's bundles and the server's own modules are separate copies, and share one pool of connections.
const store = globalThis as typeof globalThis & {
  __barazaBackground?: { chains: Map<string, Chain>; isStopping: boolean; context: AsyncLocalStorage<true> }
}
const state = () => {
  store.__barazaBackground ??= { chains: new Map(), isStopping: false, context: new AsyncLocalStorage() }
  return store.__barazaBackground
}

/** What nobody waits for: it comes after requests wherever both want the same. */
export const asBackground = <T>(work: () => T): T => state().context.run(true, work)
export const isInBackground = () => state().context.getStore() === true

/** Runs `work`, after what already runs under the same key in this process; returns at once. */
export function inBackground(key: string, work: () => Promise<void>, onError: (error: unknown) => void) {
  const { chains } = state()
  const known = chains.get(key)
  if (known) {
    known.next = work
    return
  }
  const chain: Chain = { next: work, done: Promise.resolve() }
  const run = async () => {
    while (chain.next && !state().isStopping) {
      const current = chain.next
      chain.next = null
      await current().catch(onError)
    }
    chains.delete(key)
  }
  chains.set(key, chain)
  chain.done = asBackground(run)
}

/** Resolves once nothing is under way; tests and the command line wait for it. */
export async function drainBackground() {
  const { chains } = state()
  while (chains.size > 0) await Promise.all([...chains.values()].map(({ done }) => done))
}

/** Whether the process is about to end: loops over stored work leave the rest to the next one. */
export const isStopping = () => state().isStopping

/** Lets the piece at hand finish and begins nothing new. */
export async function finishBackground() {
  state().isStopping = true
  await drainBackground()
  state().isStopping = false
}
