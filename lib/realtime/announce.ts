import { inBackground } from '../core/background'
import { afterCommit, outsideUnitOfWork } from '../db/scope'
import type { Work } from '../events/work'
import { log } from '../log/log'
import { sendMessages } from './access'
import { numberMessages } from './number'
import { type Change, changed } from './schema'

/**
 * Tells channels of an effect of events once it has committed. The numbers are
 * part of the unit of work; a message that a crash swallows is found by asking
 * for them.
 */
export async function announce(
  { tx, tenant }: Pick<Work, 'tx' | 'tenant'>,
  type: string,
  asked: readonly { eventId: string; names: readonly string[] }[],
) {
  const numbers = await numberMessages(tx, tenant.ref.id, asked)
  const messages = asked.flatMap(({ eventId, names }) => {
    const seqs = numbers.get(eventId)
    return names.map((channel) => ({
      channel,
      name: changed,
      data: { seq: seqs?.get(channel) as number, type, subjectId: null } satisfies Change,
    }))
  })
  const onError = (error: unknown) => log().warn({ err: error }, 'listeners were not told; they find out by asking')
  afterCommit(() => inBackground(`announce:${asked[0]?.eventId}`, () => outsideUnitOfWork(() => sendMessages(messages)), onError))
}
