/**
 * Of an error that a page throws, only its digest reaches the browser: this one says
 * that the rate limit refused the page, and for how many seconds.
 */
export const refusedDigest = (seconds: number) => `RATE_LIMITED;${seconds}`

export function secondsToWait(digest: string | undefined): number | null {
  const found = /^RATE_LIMITED;(\d+)$/.exec(digest ?? '')
  return found ? Number(found[1]) : null
}
