'use client'

import { Undo2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { ContactOutput } from '@/lib/contacts/schema'
import { shownAddress } from '@/lib/core/mail-address'
import { api } from '@/lib/wiring/client'

/** Takes another contact into this one. */
export function MergeContact({ contact }: { contact: ContactOutput }) {
  const t = useTranslations('contacts.merge')
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<ContactOutput[]>([])
  const [chosen, setChosen] = useState<string | null>(null)
  const merge = useAction(api.contacts.merge, { isForm: true, success: t('merged') })
  useEffect(() => {
    if (typed.trim().length < 2) return
    const timer = setTimeout(() => {
      api.contacts.list({ q: typed, limit: 8 }).then(
        ({ items }) => setFound(items.filter(({ id }) => id !== contact.id)),
        () => setFound([]), // typing goes on without suggestions
      )
    }, 200)
    return () => clearTimeout(timer)
  }, [typed, contact.id])
  return (
    <FormDialog
      trigger={t('do')}
      triggerSize="small"
      title={t('title', { name: contact.name })}
      says={t('says')}
      submit={t('do')}
      error={merge.error}
      isPending={merge.isPending}
      onSubmit={async () => (chosen ? merge.run({ id: contact.id, fromId: chosen }) : false)}
    >
      <Field label={t('contact')} errors={merge.error?.fields.fromId}>
        {(control) => (
          <Input {...control} dir="auto" value={typed} placeholder={t('placeholder')} onChange={(event) => setTyped(event.target.value)} />
        )}
      </Field>
      <ul className="grid gap-1">
        {found.map(({ id, name, emails }) => (
          <li key={id}>
            <label className="flex items-center gap-2 rounded-md border px-3 py-2 text-sm has-checked:border-accent">
              <input
                type="radio"
                name="other"
                required
                checked={chosen === id}
                onChange={() => setChosen(id)}
                className="accent-[var(--accent)]"
              />
              <bdi className="font-medium">{name}</bdi>
              <span className="truncate text-muted">{emails.map(shownAddress).join(', ')}</span>
            </label>
          </li>
        ))}
      </ul>
    </FormDialog>
  )
}

export function UndoContactMerge({ mergeId, name }: { mergeId: string; name: string }) {
  const t = useTranslations('contacts.merge')
  const undo = useAction(api.contacts.undoMerge, { success: t('undone') })
  return (
    <Button
      size="small"
      variant="ghost"
      isPending={undo.isPending}
      onClick={() => void undo.run({ mergeId })}
      aria-label={t('undoOf', { name })}
    >
      <Undo2 aria-hidden /> {t('undo')}
    </Button>
  )
}
