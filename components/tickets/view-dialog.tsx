'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { ViewOutput } from '@/lib/tickets/views/schema'
import { type ColumnName, deskViews, type TicketSort, type ViewName } from '@/lib/tickets/views/values'
import { api } from '@/lib/wiring/client'
import { GoneReferences } from './gone'
import { readSharing, SharingFields } from './sharing-fields'

export interface ViewDialogProps {
  asked: 'save' | 'delete'
  place: { view: string; q?: string; sort: TicketSort; columns: ColumnName[] }
  saved: ViewOutput | null
  departments: { id: string; name: string }[]
  mayShare: boolean
  onClose: () => void
}

/** Keeps a list under a name, or deletes what it was kept as. */
export function ViewDialog({ asked, place, saved, departments, mayShare, onClose }: ViewDialogProps) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const router = useRouter()
  const filter = [saved?.filter ?? deskViews[place.view as ViewName] ?? '', place.q ?? ''].filter(Boolean).join(' ')
  const open = ({ id }: { id: string }) => router.push(`/agent?view=${id}`)
  const create = useAction(api.views.create, { isForm: true, success: t('inbox.viewSaved'), onDone: open })
  const update = useAction(api.views.update, { isForm: true, success: t('inbox.viewSaved'), onDone: open })
  const remove = useAction(api.views.delete, {
    success: t('inbox.viewDeleted'),
    undo: ({ id }) => api.views.restore({ id }),
    onDone: () => router.push('/agent'),
  })
  const isOwn = saved?.isOwn ?? false
  const action = isOwn ? update : create
  const errors = action.error?.fields ?? {}
  if (asked === 'delete' && saved)
    return (
      <ConfirmButton
        action={common('delete')}
        title={t('canned.deleteNamed', { name: saved.name })}
        says={t('inbox.deleteViewSays')}
        isPending={remove.isPending}
        onConfirm={() => remove.run({ id: saved.id })}
        onClose={onClose}
      />
    )
  return (
    <FormDialog
      title={isOwn && saved ? t('canned.editNamed', { name: saved.name }) : t('inbox.saveAsView')}
      says={t('inbox.viewSays')}
      submit={t('inbox.saveView')}
      error={action.error}
      isPending={action.isPending}
      onClose={onClose}
      onSubmit={(form) => {
        const text = (name: string) => String(form.get(name) ?? '')
        const view = {
          name: text('name'),
          filter: text('filter'),
          ...readSharing(form),
          sort: place.sort,
          columns: place.columns,
        }
        return isOwn && saved ? update.run({ id: saved.id, version: saved.version, position: saved.position, ...view }) : create.run(view)
      }}
    >
      <Field label={common('name')} errors={errors.name}>
        {(control) => (
          <Input {...control} name="name" dir="auto" maxLength={120} defaultValue={isOwn ? saved?.name : ''} required autoFocus />
        )}
      </Field>
      <Field label={t('inbox.filter')} hint={t('inbox.filterHint')} errors={errors.filter}>
        {(control) => <Input {...control} name="filter" dir="auto" defaultValue={filter} className="font-mono" />}
      </Field>
      {saved && <GoneReferences gone={saved.gone} findsNothing={saved.findsNothing} of="view" />}
      <SharingFields kept={saved} departments={departments} mayShare={mayShare} errors={errors} />
    </FormDialog>
  )
}
