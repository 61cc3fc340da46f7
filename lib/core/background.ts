const store = globalThis as typeof globalThis & { __barazaBackground?: Map<string, Promise<void>> }
const chains = () => {
  store.__barazaBackground ??= new Map()
  return store.__barazaBackground
}

/** Runs `work` after what already runs under the same key in this process; returns at once. */
export function inBackground(key: string, work: () => Promise<void>, onError: (error: unknown) => void) {
  const before = chains().get(key) ?? Promise.resolve()
  const chain: Promise<void> = before
    .then(work)
    .catch(onError)
    .finally(() => {
      if (chains().get(key) === chain) chains().delete(key)
    })
  chains().set(key, chain)
}

/** Resolves once nothing is under way; tests, the command line and shutdown wait for it. */
export async function drainBackground() {
  while (chains().size > 0) await Promise.all(chains().values())
}
