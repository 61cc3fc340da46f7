/**
 * Follows the numbers of one channel, so that nothing is missed and nothing is
 * shown twice: pure, no clock.
 */
export class ChannelCursor {
  private last: number | null = null

  /** Where the channel stands now, as a query said. @returns whether something was missed since the last word */
  catchUp(head: number): boolean {
    const missed = this.last !== null && head > this.last
    this.last = Math.max(this.last ?? head, head)
    return missed
  }

  /** A message came. @returns what to do: show it, ask again because some are missing, or nothing because it is known */
  accept(seq: number): 'show' | 'ask' | 'skip' {
    if (this.last !== null && seq <= this.last) return 'skip'
    const isNext = this.last === null || seq === this.last + 1
    this.last = seq
    return isNext ? 'show' : 'ask'
  }
}
