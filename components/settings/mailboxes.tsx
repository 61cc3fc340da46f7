'use client'

import { CircleAlert, CircleCheck, History, LogIn, PlugZap, Plus, RefreshCw, Unplug } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ComponentProps, useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Dialog } from '@/components/ui/dialog'
import { FormError } from '@/components/ui/form-error'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import type { MailboxOutput, MailboxProviders } from '@/lib/channels/email/mailboxes/schema'
import type { Reference } from '@/lib/core/schema'
import { api } from '@/lib/wiring/client'
import { ConnectAgain, DisconnectMailbox, type SignedInMailbox } from './mailbox-consent'
import { type Direction, directions } from './mailbox-form'
import { MailboxSteps } from './mailbox-steps'

export function AddMailbox({ departments, providers }: { departments: Reference[]; providers: MailboxProviders }) {
  const t = useTranslations('settings.mailboxes')
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        <Plus aria-hidden /> {t('add')}
      </Button>
      <StepsDialog title={t('add')} isOpen={isOpen} onOpenChange={setOpen} departments={departments} providers={providers} />
    </>
  )
}

interface StepsDialogProps extends Pick<ComponentProps<typeof MailboxSteps>, 'mailbox' | 'departments' | 'providers'> {
  title: string
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
}

function StepsDialog({ title, isOpen, onOpenChange, ...about }: StepsDialogProps) {
  const [isChanged, setChanged] = useState(false)
  function change(open: boolean) {
    setChanged(false)
    onOpenChange(open)
  }
  return (
    <Dialog title={title} isOpen={isOpen} onOpenChange={change} isChanged={isChanged} isWide>
      <MailboxSteps {...about} onDone={() => change(false)} onChange={() => setChanged(true)} />
    </Dialog>
  )
}

/** Of how many looks, half a second apart, one asks again. */
const everyTries = 6

/**
 * Waits until a fetch that began after this has ended, or goes on without waiting. It is asked for again until there is one: while another
 * one is under way none is begun.
 */
async function fetchNow({ id }: { id: string }) {
  const last = async () => (await api.mailboxes.fetches({ id, limit: 1 })).items[0]
  const before = await last()
  let now = before
  for (let tries = 0; tries < 60; tries++) {
    const isNew = now?.id !== before?.id
    if (isNew && now?.endedAt) return
    if (!isNew && tries % everyTries === 0) await api.mailboxes.sync({ id })
    await new Promise((resolve) => setTimeout(resolve, 500))
    now = await last()
  }
}

type Tested = Awaited<ReturnType<typeof api.mailboxes.test>>

/** As it is stored. */
const askedOf = ({ id, address, preset, isIncoming, isOutgoing }: MailboxOutput) => ({
  ...{ mailboxId: id, address, preset },
  ...{ incoming: isIncoming ? {} : null, outgoing: isOutgoing ? {} : null },
})

function Result({ direction, of }: { direction: Direction; of: Tested[Direction] }) {
  const t = useTranslations('settings.mailboxes')
  if (!of) return null
  const Icon = of.ok ? CircleCheck : CircleAlert
  return (
    <p className={`flex items-start gap-2 text-sm ${of.ok ? 'text-success' : 'text-danger'}`}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0 wrap-anywhere">{t(`tested.${direction}`, { result: of.error ?? t('works') })}</span>
    </p>
  )
}

interface Props {
  mailbox: MailboxOutput
  departments: Reference[]
  providers: MailboxProviders
}

/** Signs in to its servers as it is stored, and says whether that works. */
function TestMailbox({ mailbox, onClose }: { mailbox: MailboxOutput; onClose: () => void }) {
  const t = useTranslations('settings.mailboxes')
  const [tested, setTested] = useState<Tested | null>(null)
  const { run, error, isPending } = useAction(api.mailboxes.test, {
    isForm: true,
    onDone: (output) => {
      setTested(output)
      return false
    },
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is tested once, as it is when this opens
  useEffect(() => void run(askedOf(mailbox)), [])
  return (
    <Dialog title={t('testOf', { name: mailbox.name })} isOpen onOpenChange={onClose}>
      <div role="status" className="grid gap-3">
        {isPending && <p className="text-sm text-muted">{t('testing')}</p>}
        <FormError>{error?.message}</FormError>
        {tested && directions.map((direction) => <Result key={direction} direction={direction} of={tested[direction]} />)}
      </div>
    </Dialog>
  )
}

const isSignedIn = (mailbox: MailboxOutput): mailbox is SignedInMailbox => mailbox.provider !== 'imap'

/** What can be done with a mailbox. */
export function MailboxMenu({ mailbox, departments, providers }: Props) {
  const { id, name, state, isIncoming } = mailbox
  const t = useTranslations('settings.mailboxes')
  const common = useTranslations('common')
  const isRevoked = state === 'revoked'
  const fetching = useAction(fetchNow, { success: t('fetched') })
  const remove = useAction(api.mailboxes.delete, {
    success: t('deleted', { name }),
    undo: () => api.mailboxes.restore({ id }),
  })
  return (
    <RowMenu
      of={name}
      isPending={fetching.isPending || remove.isPending}
      actions={[
        isIncoming && !isRevoked && { name: t('fetch'), icon: RefreshCw, onUse: () => fetching.run({ id }) },
        !isRevoked && {
          name: t('test'),
          icon: PlugZap,
          dialog: (onClose) => <TestMailbox mailbox={mailbox} onClose={onClose} />,
        },
        { name: t('log'), icon: History, href: `/settings/mailboxes/${id}` },
        {
          verb: 'edit',
          dialog: (onClose) => (
            <StepsDialog
              title={t('editTitle', { name })}
              isOpen
              onOpenChange={(isOpen) => !isOpen && onClose()}
              mailbox={mailbox}
              departments={departments}
              providers={providers}
            />
          ),
        },
        isSignedIn(mailbox) && {
          name: t('connectAgain'),
          icon: LogIn,
          dialog: (onClose) => <ConnectAgain mailbox={mailbox} onClose={onClose} />,
        },
        isSignedIn(mailbox) &&
          !isRevoked && {
            name: t('disconnect'),
            icon: Unplug,
            isDangerous: true,
            dialog: (onClose) => <DisconnectMailbox mailbox={mailbox} onClose={onClose} />,
          },
        {
          verb: 'delete',
          dialog: (onClose) => (
            <ConfirmButton
              action={common('delete')}
              title={t('deleteTitle', { name })}
              says={t('deleteSays')}
              isPending={remove.isPending}
              onConfirm={() => remove.run({ id })}
              onClose={onClose}
            />
          ),
        },
      ]}
    />
  )
}
