import { z } from 'zod'
import type { MailToSend } from './transport'

/** What a provider keeps with a message and says again in its reports, so that they find it without looking through all workspaces. */
export const tagsOf = ({ id, tenant, key }: Pick<MailToSend, 'id' | 'tenant' | 'key'>) => ({ tenant: tenant.id, mail: id, key })

export const tagsSchema = z.object({ tenant: z.uuid(), mail: z.uuid(), key: z.string() })
export type MailTags = z.output<typeof tagsSchema>
