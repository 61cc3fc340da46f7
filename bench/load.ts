export interface Figures {
  p50: number
  p95: number
  p99: number
  perSecond: number
}

export const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

const figuresOf = (times: number[], seconds: number): Figures => {
  times.sort((a, b) => a - b)
  return { p50: at(times, 0.5), p95: at(times, 0.95), p99: at(times, 0.99), perSecond: times.length / seconds }
}

/** So many clients, each of which asks again when it was answered. In milliseconds. */
export async function closedLoop(work: (client: number) => Promise<unknown>, clients: number, seconds: number): Promise<Figures> {
  const times: number[] = []
  const began = performance.now()
  const end = began + seconds * 1000
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() < end) {
        const start = performance.now()
        await work(client)
        times.push(performance.now() - start)
      }
    }),
  )
  return figuresOf(times, (performance.now() - began) / 1000)
}

/** So many requests a second, whatever was answered so far; a time runs from when its request was due. */
export async function openLoop(work: () => Promise<unknown>, perSecond: number, seconds: number): Promise<Figures> {
  const times: number[] = []
  const asked: Promise<unknown>[] = []
  const began = performance.now()
  for (let n = 0; n < perSecond * seconds; n++) {
    const due = began + (n * 1000) / perSecond
    const wait = due - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    asked.push(work().then(() => times.push(performance.now() - due)))
  }
  await Promise.all(asked)
  return figuresOf(times, seconds)
}
