import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { dataPath } from '../env'
import { type EnclosingMessage, wholeMessage } from './enclosure'

export interface MailToSend extends EnclosingMessage {
  id: string
  /** Under the same key a provider that knows such keys sends once. */
  key: string
  recipients: string[]
  /** Ends all of it: nothing is handed over after that. */
  over: AbortSignal
}

export interface HandedOver {
  /** The name that the message has there. */
  providerId: string | null
  /** Recipients that were refused while others were taken. */
  refused: Refused[]
}

export interface Refused {
  recipient: string
  answer: string
  /** It may be taken another time. */
  passes: boolean
}

/** Sends one message. */
export interface MailTransport {
  /** The provider that a message was sent by. */
  name: string
  /** @throws {MailFailure} saying whether it makes sense to try again */
  send(mail: MailToSend): Promise<HandedOver>
}

/**
 * Whether a message is handed over to each of its recipients for itself, by the provider's name: with the address that it comes back
 * to, which is another for each. Who has it is known one by one then.
 */
export const handsOverSingly = (provider: string | null): boolean => provider === 'smtp'

/** Whether a message's `reached` names all who have it: also where some of one envelope were to wait, and no person had it sent again since. */
export const knowsWhoHasIt = (mail: { provider: string | null; resends: number; reached: string[] }): boolean =>
  handsOverSingly(mail.provider) || (mail.resends === 0 && mail.reached.length > 0)

const folderOf = (slug: string) => dataPath('spool', slug)

/** The development transport: files that `/dev/mail` shows. The id is the file's name, so a repeat overwrites. */
export const spool: MailTransport = {
  name: 'spool',
  async send({ id, ...mail }) {
    const { slug } = mail.tenant
    await mkdir(folderOf(slug), { recursive: true })
    const file = path.join(folderOf(slug), `${id}.eml`)
    await writeFile(`${file}.part`, wholeMessage(mail))
    await rename(`${file}.part`, file)
    return { providerId: null, refused: [] }
  },
}

/** Deletes what was spooled for a tenant. */
export const clearSpool = (slug: string) => rm(folderOf(slug), { recursive: true, force: true })

/** What was spooled for a tenant, newest first. */
export async function readSpool(slug: string, limit = 100): Promise<{ id: string; raw: Buffer }[]> {
  const names = await readdir(folderOf(slug)).catch(() => [])
  const newest = names
    .filter((name) => name.endsWith('.eml'))
    .sort()
    .reverse()
    .slice(0, limit)
  return Promise.all(newest.map(async (name) => ({ id: name.slice(0, -4), raw: await readFile(path.join(folderOf(slug), name)) })))
}
