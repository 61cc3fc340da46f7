import { z } from 'zod'
import { has } from '../actor/actor'
import { hashSecret, newSecret } from '../actor/hash'
import { invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import { instant } from '../core/page'
import { nameInput, ok } from '../core/schema'
import { apiTokenPrefix } from '../procedure/authenticate'
import { customerProcedure } from '../procedure/builders'
import { holderOf, personOf } from './account'
import { permissionName } from './schema'

const tokenOutput = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(permissionName),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  expiresAt: instant.nullable(),
})

export const listTokens = customerProcedure
  .meta({ permission: 'token.own' })
  .route({ method: 'GET', path: '/users/tokens', tags: ['Account'], summary: 'List your API tokens' })
  .output(z.object({ items: z.array(tokenOutput) }))
  .handler(async ({ context: { tx, tenant, actor } }) => {
    const rows = await tx.apiToken.findMany({
      where: { tenantId: tenant.ref.id, personId: personOf(actor).id, revokedAt: null },
      orderBy: { createdAt: 'desc' },
      take: 200,
    })
    return { items: rows.map((row) => ({ ...row, scopes: permissionName.array().parse(row.scopes) })) }
  })

export const createToken = customerProcedure
  .meta({ permission: 'token.own', showsSecret: true })
  .route({ method: 'POST', path: '/users/tokens', tags: ['Account'], summary: 'Create an API token; it is shown once', successStatus: 201 })
  .input(
    z.strictObject({
      name: nameInput,
      scopes: z.array(permissionName).min(1, msg('account.noScopes')),
      expiresInDays: z.number().int().min(1).max(3650).optional(),
    }),
  )
  .output(z.object({ id: z.uuid(), token: z.string() }))
  .handler(async ({ context: { tx, tenant, actor, now, emit }, input }) => {
    const me = holderOf(actor)
    const missing = input.scopes.filter((scope) => !has(me, scope))
    if (missing.length > 0) throw invalid({ scopes: [msg('permissions.missing', { names: missing.join(', ') })] })
    const token = apiTokenPrefix + newSecret()
    const id = newId()
    await tx.apiToken.create({
      data: {
        tenantId: tenant.ref.id,
        id,
        personId: me.id,
        name: input.name,
        prefix: token.slice(0, apiTokenPrefix.length + 6),
        hash: hashSecret(token),
        scopes: [...new Set(input.scopes)],
        createdAt: now,
        expiresAt: input.expiresInDays ? new Date(now.getTime() + input.expiresInDays * 24 * 3600_000) : null,
      },
    })
    emit('api_token.created', { name: input.name, scopes: input.scopes }, { subjectId: id })
    return { id, token }
  })

export const revokeToken = customerProcedure
  .meta({ permission: 'token.own' })
  .route({ method: 'DELETE', path: '/users/tokens/{id}', tags: ['Account'], summary: 'Revoke one of your API tokens' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context: { tx, tenant, actor, now, emit }, input }) => {
    const where = { tenantId: tenant.ref.id, id: input.id, personId: personOf(actor).id, revokedAt: null }
    const token = await tx.apiToken.findFirst({ where })
    if (!token) throw notFound('token')
    await tx.apiToken.updateMany({ where, data: { revokedAt: now } })
    emit('api_token.revoked', { name: token.name }, { subjectId: token.id })
    return { ok: true as const }
  })
