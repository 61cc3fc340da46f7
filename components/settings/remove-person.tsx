'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { useAction } from '@/components/ui/use-action'
import type { PersonOutput } from '@/lib/accounts/schema'
import { api } from '@/lib/wiring/client'

type Responsibilities = Awaited<ReturnType<typeof api.people.responsibilities>>
type Colleague = Pick<PersonOutput, 'id' | 'name'>

const namesOf = (things: { name: string }[]) => things.map(({ name }) => name).join(', ')

/** Says what somebody is responsible for before they go, and asks who takes it over. */
export function RemovePerson({ person: { id, name }, onClose }: { person: PersonOutput; onClose: () => void }) {
  const common = useTranslations('common')
  const ui = useTranslations('ui')
  const t = useTranslations('settings.people')
  const [typed, setTyped] = useState('')
  const [successorId, setSuccessorId] = useState('')
  const [has, setHas] = useState<{ of: Responsibilities; colleagues: Colleague[] } | null>(null)
  const read = useAction(
    async () => ({
      of: await api.people.responsibilities({ id }),
      colleagues: (await api.people.list({ kind: 'staff', limit: 100 })).items.filter((each) => each.id !== id && each.status === 'active'),
    }),
    {
      onDone: (found) => {
        setHas(found)
        return false
      },
    },
  )
  const remove = useAction(api.people.delete, {
    isForm: true,
    success: t('removed', { name }),
    undo: ({ id }) => api.people.restore({ id }),
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the dialog opens
  useEffect(() => void read.run({}), [])
  const isSure = has !== null && typed.trim().toLowerCase() === name.toLowerCase()
  const confirm = async () => {
    if (isSure && (await remove.run({ id, successorId: successorId || null }))) onClose()
  }
  return (
    <Dialog title={t('removeTitle', { name })} says={t('removeSays')} isOpen onOpenChange={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void confirm()
        }}
      >
        {has && <Summary name={name} has={has.of} />}
        {has && has.of.openTickets > 0 && (
          <Field label={t('successor')} hint={t('successorHint')} errors={remove.error?.fields.successorId}>
            {(control) => (
              <ChoiceField
                {...control}
                value={successorId}
                onChange={(value) => setSuccessorId(value)}
                label={t('successor')}
                options={[{ value: '', name: t('release') }, ...has.colleagues.map((each) => ({ value: each.id, name: each.name }))]}
              />
            )}
          </Field>
        )}
        <Field label={ui('typeToConfirm', { text: name })}>
          {(control) => <Input {...control} autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />}
        </Field>
        <FormError>{remove.error?.message}</FormError>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" variant="danger" isPending={remove.isPending} disabled={!isSure}>
            {common('remove')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Summary({ name, has: { openTickets, departments, macros, policies } }: { name: string; has: Responsibilities }) {
  const t = useTranslations('settings.people')
  const naming = [...macros, ...policies]
  return (
    <ul className="grid gap-1 text-sm">
      <li>{t('openTickets', { count: openTickets })}</li>
      {departments.length > 0 && <li>{t('leadOf', { names: namesOf(departments) })}</li>}
      {naming.length > 0 && <li>{t('namedBy', { name, names: namesOf(naming) })}</li>}
    </ul>
  )
}
