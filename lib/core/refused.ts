/** Of an error that a page throws, only its digest reaches the browser: this one says why the page was refused, and for how many seconds. */
const statuses = { RATE_LIMITED: 429, UNAVAILABLE: 503 } as const
export type Refusal = { why: keyof typeof statuses; seconds: number }

export const refusedStatus = ({ why }: Refusal) => statuses[why]
export const refusedDigest = ({ why, seconds }: Refusal) => `${why};${seconds}`

export function readRefusal(digest: string | undefined): Refusal | null {
  const found = /^(RATE_LIMITED|UNAVAILABLE);(\d+)$/.exec(digest ?? '')
  return found ? { why: found[1] as Refusal['why'], seconds: Number(found[2]) } : null
}
