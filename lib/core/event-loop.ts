const turnEveryMs = 5
const store = globalThis as typeof globalThis & { __barazaLoop?: { turnedAt: number; next: Promise<void> | null } }

/**
 * Lets the event loop turn if it has not for some milliseconds: requests are taken, timers run. What never waits for
 * anything outside (long loops, answers of the embedded database) asks for it between its steps.
 */
export async function letLoopTurn(): Promise<void> {
  store.__barazaLoop ??= { turnedAt: performance.now(), next: null }
  const loop = store.__barazaLoop
  if (performance.now() - loop.turnedAt < turnEveryMs) return
  // setImmediate, not a timer: what has arrived is taken first, and no millisecond is paid for each.
  loop.next ??= new Promise((resolve) => {
    setImmediate(() => {
      loop.next = null
      loop.turnedAt = performance.now()
      resolve()
    })
  })
  await loop.next
}
