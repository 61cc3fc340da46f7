import { z } from 'zod'
import { linkSource } from '../accounts/one-time-tokens'
import { hashSecret } from '../actor/hash'
import { addressKey } from '../core/ip-address'
import { emailInput, ok } from '../core/schema'
import { enqueueJob } from '../jobs/enqueue'
import { publicPlatformProcedure } from '../procedure/builders'
import { findWorkspacesJob } from './jobs'

/**
 * Which workspaces know an address is told to its mailbox alone: what is answered, and what is done before that, is the same
 * for every address.
 */
export const findWorkspaces = publicPlatformProcedure
  .meta({ perMinute: 5 })
  .route({
    method: 'POST',
    path: '/platform/sign-in/workspaces',
    tags: ['Sign-up'],
    summary: 'Send a sign-in link from each workspace that an address has an account in',
  })
  .input(z.strictObject({ email: emailInput }))
  .output(ok)
  .handler(async ({ context: { tx, caller }, input: { email } }) => {
    const source = linkSource({ address: addressKey(caller.address) })
    await enqueueJob({ tx, tenantId: null }, findWorkspacesJob, { email, source }, { uniqueKey: hashSecret(email) })
    return { ok: true as const }
  })
