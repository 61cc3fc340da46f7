'use client'

import { Plus, RefreshCw, Star, Unplug } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

export function AddDomain() {
  const t = useTranslations('settings.domains')
  const { run, error, isPending } = useAction(api.domains.add, { isForm: true, success: t('added') })
  return (
    <FormDialog
      icon={Plus}
      trigger={t('connect')}
      triggerVariant="primary"
      title={t('connect')}
      says={t('connectSays')}
      submit={t('submit')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => run({ hostname: String(form.get('hostname')) })}
    >
      <Field label={t('hostname')} hint={t('hostnameHint')} errors={error?.fields.hostname}>
        {(control) => <Input {...control} name="hostname" required />}
      </Field>
    </FormDialog>
  )
}

/** Asks for a check and waits for its answer, which comes from outside. */
async function checkNow({ id }: { id: string }) {
  const before = await api.domains.status({ id })
  await api.domains.verify({ id })
  for (let tries = 0; tries < 40; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    const now = await api.domains.status({ id })
    if (now.checkedAt?.getTime() !== before.checkedAt?.getTime()) return now
  }
  return before
}

interface Actions {
  id: string
  hostname: string
  isVerified: boolean
  isPrimary: boolean
}

export function DomainMenu({ id, hostname, isVerified, isPrimary }: Actions) {
  const t = useTranslations('settings.domains')
  const common = useTranslations('common')
  const check = useAction(checkNow)
  const choose = useAction(api.domains.choosePrimary, { success: common('saved') })
  const remove = useAction(api.domains.remove, { success: t('disconnected', { hostname }) })
  const question = {
    action: t('disconnect'),
    title: t('disconnectTitle', { hostname }),
    says: t('disconnectSays'),
    typeToConfirm: hostname,
  }
  return (
    <RowMenu
      of={hostname}
      isPending={choose.isPending || check.isPending}
      actions={[
        { name: t('check'), icon: RefreshCw, onUse: () => check.run({ id }) },
        (isPrimary || isVerified) && {
          name: t(isPrimary ? 'notPrimary' : 'makePrimary'),
          icon: Star,
          onUse: () => choose.run({ id, isPrimary: !isPrimary }),
        },
        {
          name: t('disconnect'),
          icon: Unplug,
          isDangerous: true,
          dialog: (onClose) => (
            <ConfirmButton {...question} isPending={remove.isPending} onConfirm={() => remove.run({ id })} onClose={onClose} />
          ),
        },
      ]}
    />
  )
}

/** Beside the records: who has created them asks at once. */
export function CheckDomain({ id }: Pick<Actions, 'id'>) {
  const t = useTranslations('settings.domains')
  const { run, isPending } = useAction(checkNow)
  return (
    <Button size="small" isPending={isPending} onClick={() => void run({ id })}>
      <RefreshCw aria-hidden /> {t(isPending ? 'checking' : 'check')}
    </Button>
  )
}
