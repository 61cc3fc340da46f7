interface Waiting {
  owner: string
  begin: () => Promise<void>
}

/**
 * Lets so many run at once, one of each owner: whoever asks for much waits for themselves, and whoever was served longest ago is
 * next.
 */
export function fairQueue(most: number) {
  const waiting: Waiting[] = []
  const running = new Set<string>()
  const servedAt = new Map<string, number>()
  let turn = 0

  function next() {
    while (running.size < most) {
      const free = waiting.filter(({ owner }) => !running.has(owner))
      const first = Math.min(...free.map(({ owner }) => servedAt.get(owner) ?? 0))
      const chosen = free.find(({ owner }) => (servedAt.get(owner) ?? 0) === first)
      if (!chosen) break
      waiting.splice(waiting.indexOf(chosen), 1)
      running.add(chosen.owner)
      servedAt.set(chosen.owner, ++turn)
      void chosen.begin().then(() => {
        running.delete(chosen.owner)
        next()
      })
    }
    if (running.size === 0) servedAt.clear()
  }

  return <T>(owner: string, work: () => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ owner, begin: () => work().then(resolve, reject) })
      next()
    })
}
