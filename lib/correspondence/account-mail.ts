import { accountOfLink } from '../accounts/auth'
import { hasEnoughLinks, mintOneTimeToken } from '../accounts/one-time-tokens'
import { newId } from '../core/id'
import { callName } from '../core/person-name'
import { richTextOf } from '../core/plain'
import type { Person } from '../db/generated/tenant/client'
import type { EventPayload } from '../events/event-types'
import type { Work } from '../events/work'
import { messageIdFor, senderOf, supportAddress } from '../mail/addresses'
import type { MailPart } from '../mail/layout'
import { queueMail } from '../mail/outbox'
import { originOf } from '../tenancy/origin'
import { type Translator, translatorFor } from '../text/translator'
import { renderFixed, type WrittenLetter, writeLetter } from './letter'

const linkPaths = { invitation: '/invitation', password_reset: '/reset-password', magic_link: '/magic-link' } as const

export async function sendLink(work: Work, subjectId: string | null, payload: EventPayload<'person.link_requested'>) {
  const { purpose, next, source } = payload
  const personId = await accountOfLink(work, subjectId, payload)
  if (!personId || (await hasEnoughLinks(work, personId, purpose, source))) return
  const write = async (person: Person) => {
    const url = await linkFor(work, personId, purpose, { next, source })
    return writeLetter(work, purpose, person, (t) => ({
      values: { 'person.name': person.name, 'person.firstName': callName(person.name), 'link.url': url },
      blocks: { link: [{ action: { label: t(`mails.action.${purpose}`), url } }] },
    }))
  }
  // An invitation is somebody else's wish.
  await mailPerson(work, personId, `${purpose}-${newId()}`, write, { isAsked: purpose !== 'invitation' })
}

async function linkFor(work: Work, personId: string, purpose: keyof typeof linkPaths, asked: { next?: string; source?: string } = {}) {
  const { next, source } = asked
  const secret = await mintOneTimeToken(work, personId, purpose, source)
  const query = next ? `?${new URLSearchParams({ next })}` : ''
  // After '#', the secret reaches no server log and no referrer.
  return `${originOf(work.tenant.ref)}${linkPaths[purpose]}${query}#${secret}`
}

export async function welcomeOwner(work: Work, personId: string) {
  const { name: workspace, ref } = work.tenant
  const url = originOf(ref)
  await mailPerson(work, personId, `welcome-${ref.id}`, (person) =>
    writeFixed(work, person, (t) => ({
      subject: t('mails.welcome.subject', { workspace }),
      parts: [
        said(t('mails.welcome.says', { url })),
        said(t('mails.welcome.next', { signIn: `${url}/sign-in`, url, address: supportAddress(ref) })),
      ],
    })),
  )
}

/** With a way in: the owner must not be kept out by whoever types wrong passwords. */
export async function tellLocked(work: Work, personId: string, { scope = 'source' }: EventPayload<'person.locked'>) {
  const { name: workspace, ref } = work.tenant
  await mailPerson(work, personId, `locked-${newId()}`, async (person) => {
    const url = await linkFor(work, personId, 'magic_link')
    return writeFixed(work, person, (t) => ({
      subject: t('mails.locked.subject', { workspace }),
      parts: [
        said(t(`mails.locked.${scope}`)),
        said(t('mails.locked.enter')),
        { action: { label: t('mails.action.magic_link'), url } },
        said(t('mails.locked.reset', { url: `${originOf(ref)}/forgot-password` })),
      ],
    }))
  })
}

/** A paragraph of the catalogue, its addresses made links. */
const said = (text: string): MailPart => ({
  html: richTextOf(text).replace(/https?:\/\/[^\s<]*[^\s<.,]/g, (url) => `<a href="${url}">${url}</a>`),
})

/** A mail of the product's own that no workspace rewrites. */
async function writeFixed(work: Work, person: Person, write: (t: Translator) => { subject: string; parts: MailPart[] }) {
  const t = await translatorFor(person, work.tenant)
  const { subject, parts } = write(t)
  return { subject, ...(await renderFixed(work, t, [said(t('mails.greeting', { name: person.name })), ...parts])) }
}

/** A mail about an account, in its owner's language; nothing to someone who is gone. */
async function mailPerson(
  work: Work,
  personId: string,
  id: string,
  write: (person: Person) => Promise<WrittenLetter>,
  { isAsked = false } = {},
) {
  const { tx, tenant } = work
  const person = await tx.person.findFirst({ where: { tenantId: tenant.ref.id, id: personId, deletedAt: null } })
  if (!person) return
  await queueMail(work, {
    ...(await write(person)),
    from: senderOf(tenant),
    to: [person.email],
    messageId: messageIdFor(tenant.ref, id),
    isAutomatic: true,
    isAsked,
  })
}
