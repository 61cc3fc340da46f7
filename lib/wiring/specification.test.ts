import { expect, it } from 'vitest'
import { openTestDatabase } from '../testing/database'
import { proceduresOf } from '../testing/exercised'
import { makeTenant, send } from '../testing/factories'
import { openApiDocument } from './rest'

openTestDatabase()

/** The addresses that the specification of the API lists. */
const specified = `
POST /auth/register/
POST /auth/login/
POST /auth/logout/
POST /auth/password-reset/
POST /auth/password-reset-confirm/
POST /auth/verify-otp/
POST /auth/refresh/
POST /auth/jwt/token/
POST /auth/jwt/refresh/
GET /users/
POST /users/
GET /users/{id}/
PUT /users/{id}/
DELETE /users/{id}/
GET /users/profile/
GET /business/
POST /business/
GET /business/{id}/
PUT /business/{id}/
DELETE /business/{id}/
GET /business/{id}/members/
GET /domains/
POST /domains/
GET /domains/{id}/
DELETE /domains/{id}/
POST /domains/{id}/verify/
GET /domains/{id}/verification-status/
GET /department/
POST /department/
GET /department/{id}/
PUT /department/{id}/
DELETE /department/{id}/
GET /department/{id}/members/
POST /department/{id}/emails/
GET /ticket/
POST /ticket/
GET /ticket/{id}/
PUT /ticket/{id}/
DELETE /ticket/{id}/
POST /ticket/{id}/comments/
GET /ticket/{id}/comments/
POST /ticket/{id}/attachments/
POST /ticket/{id}/assign/
PUT /ticket/{id}/status/
PUT /ticket/{id}/priority/
GET /sla/
POST /sla/
GET /sla/{id}/
PUT /sla/{id}/
DELETE /sla/{id}/
GET /sla/{id}/violations/
GET /sla/dashboard/
GET /task/
POST /task/
GET /task/{id}/
PUT /task/{id}/
DELETE /task/{id}/
GET /kb/categories/
POST /kb/categories/
GET /kb/categories/{id}/
PUT /kb/categories/{id}/
DELETE /kb/categories/{id}/
GET /kb/articles/
POST /kb/articles/
GET /kb/articles/{id}/
PUT /kb/articles/{id}/
DELETE /kb/articles/{id}/
POST /kb/articles/search/
GET /kb/articles/{id}/analytics/
POST /chatbot/sessions/
POST /chatbot/sessions/{id}/messages/
GET /chatbot/sessions/{id}/messages/
POST /chatbot/config/
GET /assets/
POST /assets/
GET /assets/{id}/
PUT /assets/{id}/
DELETE /assets/{id}/
GET /contacts/
POST /contacts/
GET /contacts/{id}/
PUT /contacts/{id}/
DELETE /contacts/{id}/
GET /contacts/{id}/tickets/
GET /settings/smtp/
POST /settings/smtp/
GET /settings/mail/integrations/
POST /settings/mail/integrations/
DELETE /settings/mail/integrations/{id}/
GET /settings/mail/integrations/google/oauth/
GET /settings/mail/integrations/microsoft/oauth/
GET /dashboard/stats/
GET /dashboard/tickets/overview/
GET /dashboard/sla/performance/
GET /notifications/
PUT /notifications/{id}/read/
PUT /notifications/read-all/
GET /notifications/preferences/
PUT /notifications/preferences/
POST /public/tickets/
GET /public/kb/articles/
GET /public/kb/search/`
  .trim()
  .split('\n')

/** What is not there yet, by the area that will bring it. */
const awaited: Record<string, RegExp> = {
  'two-factor sign-in': /^POST \/auth\/verify-otp\/$/,
  'mail integrations': / \/settings\/mail\/integrations\/(google|microsoft)\//,
  'chat and AI': / \/chatbot\/(sessions|config)\//,
  tasks: / \/task\//,
  assets: / \/assets\//,
  reports: / \/dashboard\/(stats|tickets\/overview)\/$/,
}

const spelled = ([method, path]: [string, string]) => `${method} ${path.replace(/\{\w+\}/g, '{id}').replace(/\/?$/, '/')}`
const routed = new Set(
  proceduresOf().map(
    ([
      ,
      {
        '~orpc': { route },
      },
    ]) => spelled([route.method ?? 'POST', route.path ?? '']),
  ),
)
const isAwaited = (address: string) => Object.values(awaited).some((pattern) => pattern.test(address))

it('each address of the specification is in the API, or awaits the area that brings it', () => {
  expect(specified).toHaveLength(new Set(specified).size)
  expect(specified.filter((address) => !routed.has(address) && !isAwaited(address))).toEqual([])
})

it('nothing is awaited that is there', () => {
  expect(specified.filter((address) => routed.has(address) && isAwaited(address))).toEqual([])
  for (const [area, pattern] of Object.entries(awaited))
    expect(
      specified.some((address) => pattern.test(address)),
      area,
    ).toBe(true)
})

it('the OpenAPI document has each of them', async () => {
  const { paths } = (await openApiDocument()) as { paths: Record<string, Record<string, unknown>> }
  const described = new Set(
    Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => spelled([method.toUpperCase(), path]))),
  )
  expect(specified.filter((address) => !isAwaited(address) && !described.has(address))).toEqual([])
})

it('addresses answer with and without a slash at their end, the description of the API too', async () => {
  const tenant = await makeTenant('slash')
  for (const path of ['/openapi.json', '/public/viewer', '/public/departments'])
    for (const slash of ['', '/']) expect((await send(tenant, 'GET', `${path}${slash}`)).status, path + slash).toBe(200)
})
