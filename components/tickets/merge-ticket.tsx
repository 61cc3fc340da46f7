'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { FormDialog } from '@/components/ui/form-dialog'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/ui/use-action'
import type { MergePreview } from '@/lib/tickets/links/schema'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { TicketInput } from './ticket-input'

type Side = 'from' | 'into'

interface Props {
  id: string
  number: string
  /** Whose other tickets are offered first. */
  requesterEmail: string | null
  /** In place of showing the ticket that it was merged into. */
  onMerged?: (into: TicketOutput) => void
  onClose: () => void
}

/** Puts a ticket into another. Where two people asked, one of them is chosen, and who will see what is said before. */
export function MergeTicket({ id, number, requesterEmail, onMerged, onClose }: Props) {
  const t = useTranslations('tickets')
  const router = useRouter()
  const [typed, setTyped] = useState('')
  /** What there is to choose, of the ticket that was typed. */
  const [choice, setChoice] = useState<(MergePreview & { typed: string }) | null>(null)
  const [requester, setRequester] = useState<Side>('into')
  const into = typed.trim()
  const asked = choice?.typed === into ? choice : null
  const merge = useAction(mergeUnlessAsked, {
    isForm: true,
    onDone(merged) {
      if (!merged) return false
      const { ticket, mergeId } = merged
      toast.success(t('menu.merged', { number, into: ticket.number }), {
        duration: 10_000,
        action: { label: t('undo'), onClick: () => void undo.run({ mergeId }) },
      })
      if (onMerged) onMerged(ticket)
      else router.push(`/agent/tickets/${ticket.id}`)
      return false
    },
  })
  const undo = useAction(api.tickets.undoMerge, {
    success: t('menu.unmerged'),
    onDone(back) {
      router.push(`/agent/tickets/${back.id}`)
      return false
    },
  })
  /** Null where a requester has to be chosen first. */
  async function mergeUnlessAsked(answer: { isMerged: boolean }) {
    const found = asked ?? (await api.tickets.previewMerge({ id, into }))
    if (!asked && found.isOfTwo) {
      setChoice({ ...found, typed: into })
      return null
    }
    const merged = await api.tickets.merge({ id, into, ...(found.isOfTwo ? { requester } : {}) })
    answer.isMerged = true
    return merged
  }
  async function send() {
    const answer = { isMerged: false }
    return (await merge.run(answer)) && answer.isMerged
  }
  return (
    <FormDialog
      title={t('menu.mergeTitle', { number })}
      says={t('menu.mergeSays')}
      submit={t('menu.merge')}
      error={merge.error}
      isPending={merge.isPending}
      onSubmit={send}
      onClose={onClose}
    >
      <TicketInput
        label={t('menu.into')}
        name="into"
        value={typed}
        onChange={setTyped}
        requester={requesterEmail}
        besides={id}
        errors={merge.error?.fields.into ?? merge.error?.fields.other}
      />
      {asked && <ChooseRequester choice={asked} number={number} requester={requester} onChoose={setRequester} />}
    </FormDialog>
  )
}

interface ChoiceProps {
  choice: MergePreview
  /** Of the ticket that is merged. */
  number: string
  requester: Side
  onChoose: (side: Side) => void
}

function ChooseRequester({ choice, number, requester, onChoose }: ChoiceProps) {
  const t = useTranslations('tickets.menu')
  const { requesters, department } = choice
  const sides = [
    { side: 'into', of: choice.number },
    { side: 'from', of: number },
  ] as const
  const [chosen, other] = requester === 'from' ? [requesters.from, requesters.into] : [requesters.into, requesters.from]
  const sharesWithOther = chosen.organisation !== null && chosen.organisation.id === other.organisation?.id
  return (
    <fieldset className="grid gap-2 text-sm">
      <legend className="mb-2">{t('mergeChoose', { number: choice.number })}</legend>
      {sides.map(({ side, of }) => (
        <label key={side} className="flex min-h-6 items-center gap-2">
          <input
            type="radio"
            name="requester"
            value={side}
            checked={requester === side}
            onChange={() => onChoose(side)}
            className="size-4 shrink-0 accent-accent"
          />
          <span>
            <bdi>{requesters[side].name}</bdi> <span className="text-muted">({of})</span>
          </span>
        </label>
      ))}
      <ul aria-live="polite" className="ms-5 grid list-disc gap-1">
        <li>
          {t('mergeKeeps', { name: chosen.name, other: other.name })}
          {chosen.organisation && ` ${t('mergeOrganisation', { organisation: chosen.organisation.name })}`}
        </li>
        <li>
          {sharesWithOther
            ? t('mergeOrganisationStill', { other: other.name, organisation: chosen.organisation?.name ?? '' })
            : t('mergeLoses', { other: other.name })}
        </li>
        {department && <li>{t('mergeDepartment', { number: choice.number, department })}</li>}
      </ul>
    </fieldset>
  )
}
