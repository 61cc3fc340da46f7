'use server'

import { call, ORPCError } from '@orpc/server'
import { redirect } from 'next/navigation'
import { after } from 'next/server'
import { actionContext } from '@/app/load'
import { viewer } from '@/app/t/viewer'
import { readDetails, typedDetails } from '@/components/tickets/detail-form'
import type { SubmitState } from '@/components/tickets/submit-form'
import { recordSent } from '@/lib/kb/readers/readings'
import { createPublicTicket, createTicket } from '@/lib/tickets/conversation/commands/create'
import { receiptOf } from '@/lib/tickets/conversation/receipt'

/** The form works without JavaScript, so everything comes and goes as form data. */
export async function submitRequest(_: SubmitState, form: FormData): Promise<SubmitState> {
  const text = (name: string) => String(form.get(name) ?? '')
  const values = {
    name: text('name'),
    email: text('email'),
    title: text('title'),
    description: text('description'),
    departmentId: text('departmentId'),
    categoryId: text('categoryId'),
  }
  const { name, email, departmentId, categoryId, ...request } = values
  const { desk, person } = await viewer()
  // A form without a file sends an empty one.
  const details = typedDetails(form, 'portal')
  const files = form.getAll('files').filter((file): file is File => file instanceof File && file.size > 0)
  // Sent ahead by a browser of somebody who is signed in.
  const attachmentIds = form.getAll('attachmentIds').map(String)
  const place = { ...(categoryId ? { categoryId } : {}), ...(departmentId ? { departmentId } : {}) }
  const input = { ...request, ...place, files, fields: fieldsOf(form), ...readDetails(form, 'portal', person?.timeZone ?? desk.timeZone) }
  // A browser that lost the connection sends it again when it is back.
  const context = await actionContext([text('form'), values, input.fields, details, files, attachmentIds])
  let receipt: string
  try {
    const ticket =
      form.get('signedIn') === 'yes'
        ? await call(createTicket, { ...input, attachmentIds }, { context })
        : await call(createPublicTicket, { ...input, name, email }, { context })
    receipt = receiptOf(desk.id, ticket)
    const articleIds = form.getAll('readArticles').map(String).slice(0, 10)
    if (articleIds.length > 0) {
      const counting = await actionContext()
      after(() => call(recordSent, { articleIds }, { context: counting }).catch(() => {})) // nobody waits for it
    }
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    const fields = (error.data as { fields?: Record<string, string[]> } | undefined)?.fields ?? {}
    return { values, asked: fieldsOf(form), details, fields, message: Object.keys(fields).length ? null : error.message }
  }
  redirect(`/submit/done?receipt=${receipt}`)
}

/** Custom fields by their key; of several ticks all. */
function fieldsOf(form: FormData): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {}
  for (const name of new Set([...form.keys()].filter((key) => key.startsWith('fields.')))) {
    const values = form.getAll(name).map(String).filter(Boolean)
    if (values.length > 0) fields[name.slice('fields.'.length)] = values.length === 1 ? (values[0] as string) : values
  }
  return fields
}
