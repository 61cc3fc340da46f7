import { inBackground } from '../core/background'
import { afterCommit, outsideUnitOfWork } from '../db/scope'
import type { Work } from '../events/work'
import { log } from '../log/log'
import { pusher } from './access'
import { numberMessages } from './number'
import { type Change, changed } from './schema'

/**
 * Tells channels of an effect of an event once it has committed. The numbers are
 * part of the unit of work; a message that a crash swallows is found by asking
 * for them.
 */
export async function announce({ tx, tenant }: Work, eventId: string, type: string, names: string[]) {
  const seqs = (await numberMessages(tx, tenant.ref.id, [{ eventId, names }])).get(eventId) ?? []
  const messages = [...seqs]
    .filter(([channel]) => names.includes(channel))
    .map(([channel, seq]) => ({ channel, name: changed, data: { seq, type, subjectId: null } satisfies Change }))
  const send = async () => {
    const client = await pusher()
    for (let at = 0; at < messages.length; at += 10) await client?.triggerBatch(messages.slice(at, at + 10))
  }
  const onError = (error: unknown) => log().warn({ err: error }, 'listeners were not told; they find out by asking')
  afterCommit(() => inBackground(`announce:${eventId}`, () => outsideUnitOfWork(send), onError))
}
