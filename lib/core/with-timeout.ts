export class TimeoutError extends Error {}

/**
 * Resolves or rejects as `work` does, or rejects when `ms` have passed first.
 * What `work` was doing goes on unheard; it must not hold anything.
 * @throws {TimeoutError}
 */
export function withTimeout<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(`${what} did not finish within ${ms / 1000} seconds`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
