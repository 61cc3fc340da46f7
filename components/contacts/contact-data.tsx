'use client'

import { Download } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { save } from '@/components/ui/save'
import { useAction } from '@/components/ui/use-action'
import type { ContactOutput } from '@/lib/contacts/schema'
import { api } from '@/lib/wiring/client'

/** What the law lets people ask for. */
export function PersonalData({ contact }: { contact: ContactOutput }) {
  const t = useTranslations('contacts.personalData')
  const hand = useAction(api.contacts.personalData, {
    onDone: (data) => save(`${contact.name}.json`, 'application/json', JSON.stringify(data, null, 2)),
  })
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="small" isPending={hand.isPending} onClick={() => void hand.run({ id: contact.id })}>
        <Download aria-hidden /> {t('download')}
      </Button>
      <EraseContact id={contact.id} name={contact.name} isOpen />
    </div>
  )
}

/** `isOpen`: on the contact's own page, which is gone afterwards. */
export function EraseContact({ id, name, isOpen = false }: { id: string; name: string; isOpen?: boolean }) {
  const t = useTranslations('contacts.personalData')
  const router = useRouter()
  const { run, isPending } = useAction(api.contacts.erase, {
    success: t('erased'),
    onDone() {
      if (!isOpen) return
      router.push('/agent/contacts')
      return false
    },
  })
  return (
    <ConfirmButton
      action={t('erase')}
      title={t('eraseTitle', { name })}
      says={t('eraseSays')}
      typeToConfirm={name}
      isPending={isPending}
      onConfirm={() => run({ id, confirm: name })}
    />
  )
}

export function ExportContacts() {
  const t = useTranslations('contacts')
  const { run, isPending } = useAction(api.contacts.export, { onDone: ({ csv }) => save('contacts.csv', 'text/csv', csv) })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run(undefined)}>
      <Download aria-hidden /> {t('export')}
    </Button>
  )
}
