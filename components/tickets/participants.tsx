'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Avatar, Badge } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/ui/use-action'
import { readAddressees } from '@/lib/core/addressee'
import { shownAddress } from '@/lib/core/mail-address'
import type { SuppressedOutput } from '@/lib/mail/schema'
import type { ParticipantOutput } from '@/lib/tickets/conversation/schema'
import { api } from '@/lib/wiring/client'
import { useAddressFacts } from './address-facts'
import { AddressInput } from './address-input'

interface Props {
  ticketId: string
  participants: ParticipantOutput[]
  /** Those of the usual addressees that no email is sent to. */
  suppressed: readonly SuppressedOutput[]
  timeZone: string
  mayChange: boolean
  mayOpen: boolean
}

/** Who takes part beside the requester: gets the answers in copy. */
export function Participants({ ticketId: id, participants, suppressed, timeZone, mayChange, mayOpen }: Props) {
  const t = useTranslations('tickets.participants')
  const common = useTranslations('tickets')
  const reasons = useTranslations('common.suppressionReasons')
  const addressee = useTranslations('tickets.addressees')
  const [typed, setTyped] = useState<string[]>([])
  const add = useAction(api.tickets.addParticipant, { isForm: true })
  const back = useAction(api.tickets.addParticipant)
  const remove = useAction(api.tickets.removeParticipant)
  const facts = useAddressFacts(
    id,
    typed.flatMap((text) => readAddressees(text)[0]?.email ?? []),
  )
  function warn(email: string) {
    const found = facts.suppressed.find((each) => each.email === email)
    const colleague = facts.staff.find((each) => each.email === email)
    if (found) return t('suppressed', { reason: reasons(found.reason) })
    return colleague ? addressee('isStaff', { name: colleague.name }) : null
  }
  async function addEach() {
    for (const address of typed) {
      if (!(await add.run({ id, address }))) return
      setTyped((rest) => rest.slice(1))
    }
  }
  async function takeOut({ id: contactId, name }: ParticipantOutput) {
    if (!(await remove.run({ id, contactId }))) return
    toast.success(t('removed', { name }), {
      duration: 10_000,
      action: { label: common('undo'), onClick: () => void back.run({ id, contactId }) },
    })
  }
  if (participants.length === 0 && !mayChange) return null
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <h2 className="text-sm font-semibold">{t('title')}</h2>
      {participants.length > 0 && <p className="text-xs text-muted">{t('says')}</p>}
      <ul className="grid gap-1.5 empty:hidden">
        {participants.map((person) => (
          <li key={person.id} className="flex items-center gap-2 text-sm">
            <Avatar name={person.name} className="size-6" />
            <span className="grid min-w-0 flex-1">
              {mayOpen ? (
                <Link href={`/agent/contacts/${person.id}`} className="truncate text-link">
                  <bdi>{person.name}</bdi>
                </Link>
              ) : (
                <bdi className="truncate">{person.name}</bdi>
              )}
              {person.email && person.email !== person.name && (
                <span className="truncate text-xs text-muted">{shownAddress(person.email)}</span>
              )}
              <Gets person={person} suppressed={suppressed} timeZone={timeZone} />
            </span>
            {person.isStaff && <Badge>{t('staff')}</Badge>}
            {mayChange && (
              <button
                type="button"
                aria-label={t('remove', { name: person.name })}
                disabled={remove.isPending}
                onClick={() => void takeOut(person)}
                className="rounded p-1 hover:bg-surface"
              >
                <X aria-hidden className="size-3.5" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {mayChange && (
        <form
          className="grid gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            void addEach()
          }}
        >
          <div className="rounded-md border bg-raised px-2 py-1">
            <AddressInput label={t('add')} value={typed} onChange={setTyped} warn={warn} errors={add.error?.fields.address} />
          </div>
          {typed.length > 0 && (
            <Button type="submit" size="small" isPending={add.isPending} className="justify-self-start">
              {t('addButton')}
            </Button>
          )}
        </form>
      )}
    </section>
  )
}

interface GetsProps {
  person: ParticipantOutput
  suppressed: readonly SuppressedOutput[]
  timeZone: string
}

/** What reaches a participant: from when on they see the conversation, and whether answers are sent to them. */
function Gets({ person: { email, since }, suppressed, timeZone }: GetsProps) {
  const t = useTranslations('tickets.participants')
  const reasons = useTranslations('common.suppressionReasons')
  const found = suppressed.find((each) => each.email === email)
  if (!email) return <span className="text-xs text-warning">{t('noAddress')}</span>
  return (
    <>
      {found && <span className="text-xs text-warning">{t('suppressed', { reason: reasons(found.reason) })}</span>}
      <span className="text-xs text-muted">{t.rich('since', { at: () => <Time at={since} timeZone={timeZone} /> })}</span>
    </>
  )
}
