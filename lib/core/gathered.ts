interface Waiting<T, R> {
  item: T
  resolve: (result: R) => void
  reject: (error: unknown) => void
}

/**
 * Does one after the other, for each key, what is asked of it in one turn of the event loop, and then all that was asked meanwhile together.
 * What fails together is done again each by itself, so that those fail alone that do.
 * @param run what is done of several; its results are in their order
 */
export function gathered<T, R>(keyOf: (item: T) => string, run: (items: [T, ...T[]]) => Promise<R[]>): (item: T) => Promise<R> {
  const queues = new Map<string, Waiting<T, R>[]>()
  return (item) =>
    new Promise<R>((resolve, reject) => {
      const key = keyOf(item)
      const queue = queues.get(key)
      if (queue) return void queue.push({ item, resolve, reject })
      queues.set(key, [{ item, resolve, reject }])
      setImmediate(work, key)
    })

  async function work(key: string) {
    const queue = queues.get(key) as Waiting<T, R>[]
    while (queue.length > 0) await settle(queue.splice(0))
    queues.delete(key)
  }

  async function settle(all: Waiting<T, R>[]): Promise<void> {
    try {
      const results = await run(all.map(({ item }) => item) as [T, ...T[]])
      for (const [place, { resolve }] of all.entries()) resolve(results[place] as R)
    } catch (error) {
      if (all.length === 1) return all[0]?.reject(error)
      for (const each of all) await settle([each])
    }
  }
}
