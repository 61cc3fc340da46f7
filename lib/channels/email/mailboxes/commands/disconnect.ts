import { z } from 'zod'
import { conflict, invalid } from '../../../../core/errors'
import { credentials } from '../../../../mail/credentials'
import { revokeToken } from '../../../../mail/oauth'
import { adminInPieces } from '../../../../procedure/builders'
import { loadMailbox, lockMailboxes, mailboxRef } from '../queries'

export const disconnectMailbox = adminInPieces
  .meta({ permission: 'mail.manage', limit: 'outside' })
  .route({
    method: 'POST',
    path: '/settings/mail/integrations/{id}/disconnect',
    tags: ['Mailboxes'],
    summary: 'Give the consent to use an account of Google or Microsoft back, and forget its tokens; the mailbox can be connected again',
  })
  .input(mailboxRef)
  .output(z.object({ ok: z.literal(true), isRevoked: z.boolean() }))
  .handler(async ({ context, input: { id } }) => {
    const before = await context.piece((work) => loadMailbox(work, id))
    const { tenantId, provider, refreshToken } = before
    if (provider === 'imap') throw invalid({ id: ['mailboxes.noConsent'] })
    const token = refreshToken && credentials().open({ tenantId, id, field: 'refreshToken' }, refreshToken)
    const isRevoked = token ? await revokeToken(provider, token) : false
    return context.conclude(async (work) => {
      const { tx, now, emit } = work
      await lockMailboxes(work)
      const { state, refreshToken: present } = await loadMailbox(work, id)
      // Connected again or renewed while the provider was asked: what was given back is not what is there now.
      if (present !== refreshToken) throw conflict()
      const gone = { accessToken: null, refreshToken: null, accessTokenExpiresAt: null, renewingId: null, renewingUntil: null, scopes: [] }
      const told = { state: 'revoked' as const, lastError: 'mailboxes.disconnected', lastErrorAt: now }
      await tx.mailbox.update({
        where: { tenantId_id: { tenantId, id } },
        data: { ...gone, ...told, version: { increment: 1 } },
        select: { id: true },
      })
      emit('mailbox.changed', { before: { state }, after: { state: 'revoked', consent: 'withdrawn' } }, { subjectId: id })
      return { ok: true as const, isRevoked }
    })
  })
