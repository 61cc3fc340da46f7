'use client'

import { Button } from '@/components/ui/button'
import { Checkbox, Field, FormError, Input, Select } from '@/components/ui/field'
import { GuardedForm } from '@/components/ui/guarded-form'
import { Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'
import type { WorkspaceOutput } from '@/lib/workspace/schema'

export function WorkspaceForm({ workspace }: { workspace: WorkspaceOutput }) {
  const { run, error, isPending } = useAction(api.business.update, { isForm: true, success: 'Saved.' })
  const fields = error?.fields ?? {}
  return (
    <Card className="p-5">
      <GuardedForm
        className="grid max-w-xl gap-5"
        onSubmit={(form) => {
          const text = (name: string) => String(form.get(name) ?? '')
          return run({
            id: workspace.id,
            version: workspace.version,
            name: text('name'),
            ticketPrefix: text('ticketPrefix'),
            timeZone: text('timeZone'),
            accent: text('accent'),
            portalTitle: text('portalTitle') || null,
            allowSignUp: form.get('allowSignUp') === 'on',
            accessMinutes: Number(text('accessMinutes')),
            refreshDays: Number(text('refreshDays')),
            closeAfterDays: Number(text('closeAfterDays')),
            reopenDays: Number(text('reopenDays')),
          })
        }}
      >
        <FormError>{error?.message}</FormError>
        <Field label="Name" errors={fields.name}>
          {(control) => <Input {...control} name="name" defaultValue={workspace.name} required />}
        </Field>
        <Field label="Portal title" hint="What customers see at the top; the name if empty." errors={fields.portalTitle}>
          {(control) => <Input {...control} name="portalTitle" defaultValue={workspace.portalTitle ?? ''} />}
        </Field>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Ticket prefix" hint="New and old numbers show it: ACME-1042." errors={fields.ticketPrefix}>
            {(control) => <Input {...control} name="ticketPrefix" defaultValue={workspace.ticketPrefix} />}
          </Field>
          <Field label="Time zone" errors={fields.timeZone}>
            {(control) => (
              <Select {...control} name="timeZone" defaultValue={workspace.timeZone}>
                {[...new Set([workspace.timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => (
                  <option key={zone}>{zone}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Accent colour" hint="Text on it turns black or white by itself." errors={fields.accent}>
            {(control) => <Input {...control} name="accent" type="color" defaultValue={workspace.accent} className="p-1" />}
          </Field>
        </div>
        <Checkbox
          name="allowSignUp"
          defaultChecked={workspace.allowSignUp}
          label="Customers may sign up on the portal. Without it they still get in with a link by mail once they have written to you."
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Close resolved tickets after, days" hint="0: never. The requester is told." errors={fields.closeAfterDays}>
            {(control) => (
              <Input {...control} name="closeAfterDays" type="number" min={0} max={365} defaultValue={workspace.closeAfterDays} />
            )}
          </Field>
          <Field label="Open closed tickets again within, days" hint="A later answer is a new ticket." errors={fields.reopenDays}>
            {(control) => <Input {...control} name="reopenDays" type="number" min={0} max={3650} defaultValue={workspace.reopenDays} />}
          </Field>
        </div>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="API access token, minutes" errors={fields.accessMinutes}>
            {(control) => <Input {...control} name="accessMinutes" type="number" min={1} max={60} defaultValue={workspace.accessMinutes} />}
          </Field>
          <Field label="API refresh token, days" errors={fields.refreshDays}>
            {(control) => <Input {...control} name="refreshDays" type="number" min={1} max={90} defaultValue={workspace.refreshDays} />}
          </Field>
        </div>
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          Save
        </Button>
      </GuardedForm>
    </Card>
  )
}
