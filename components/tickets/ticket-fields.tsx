'use client'

import { FieldRow } from '@/components/fields/field-row'
import { isAsked } from '@/lib/tickets/fields/field-rules'
import type { FieldOutput } from '@/lib/tickets/fields/schema'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { ClashChoice } from './clash'
import { useChange } from './use-change'

/** What the workspace asks besides; each is saved alone. */
export function TicketFields({ ticket, fields }: { ticket: TicketOutput; fields: FieldOutput[] }) {
  const { run, error, clash } = useChange(ticket, api.tickets.changeFields, {
    read: (now) => now.fields,
    versionOf: ({ version }) => version,
  })
  const asked = fields.filter((field) => isAsked(field, ticket.department?.id ?? null, ticket.fields))
  if (asked.length === 0) return null
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
      <ClashChoice clash={clash} />
      {asked.map((field) => (
        <FieldRow
          key={`${field.key}:${JSON.stringify(ticket.fields[field.key])}`}
          field={field}
          value={ticket.fields[field.key]}
          problem={error?.fields[`fields.${field.key}`]?.join(' ')}
          isDisabled={!ticket.abilities.update}
          onChange={(value) => void run({ fields: { [field.key]: value } })}
        />
      ))}
    </div>
  )
}
