import { inBackground } from '../core/background'
import { newId } from '../core/id'
import { afterCommit, outsideUnitOfWork } from '../db/scope'
import type { Work } from '../events/work'
import { log } from '../log/log'
import { sendMessages } from './access'
import { nextNumbers } from './number'
import { type Change, changed } from './schema'

/**
 * Tells channels of an effect once it has committed. The numbers are part of the unit of work, and of nothing else: what was committed is
 * told once, and a message that a crash swallows is found by asking for them.
 */
export async function announce({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, type: string, names: readonly string[]) {
  const numbers = await nextNumbers(tx, tenant.ref.id, names)
  const messages = [...numbers].map(([channel, seq]) => ({ channel, name: changed, data: { seq, type, subjectId: null } satisfies Change }))
  const onError = (error: unknown) => log().warn({ err: error }, 'listeners were not told; they find out by asking')
  afterCommit(() => inBackground(`announce:${newId()}`, () => outsideUnitOfWork(() => sendMessages(messages)), onError))
}
