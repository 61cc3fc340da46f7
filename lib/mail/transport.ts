import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { dataPath } from '../env'

export interface MailToSend {
  id: string
  tenantSlug: string
  recipients: string[]
  raw: Uint8Array
}

/** Sends one message. Sending the same id again must not deliver twice where the provider allows it. */
export interface MailTransport {
  name: string
  send(mail: MailToSend): Promise<void>
}

const folderOf = (slug: string) => dataPath('spool', slug)

/** The development transport: files that `/dev/mail` shows. The id is the file's name, so a repeat overwrites. */
export const spool: MailTransport = {
  name: 'spool',
  async send({ id, tenantSlug, raw }) {
    await mkdir(folderOf(tenantSlug), { recursive: true })
    const file = path.join(folderOf(tenantSlug), `${id}.eml`)
    await writeFile(`${file}.part`, raw)
    await rename(`${file}.part`, file)
  },
}

export const mailTransport = (): MailTransport => spool

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
