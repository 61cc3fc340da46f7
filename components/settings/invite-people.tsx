'use client'

import { CircleAlert, CircleCheck, UserPlus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'

import { cn } from '@/components/ui/cn'
import { Field, Textarea } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/ui/use-action'
import { readAddressees } from '@/lib/core/addressee'
import { nameOfAddress } from '@/lib/core/person-name'
import { api } from '@/lib/wiring/client'
import { type Choices, chosenIn, RoleFields } from './people'

interface Typed {
  text: string
  email: string | null
  name: string
  state: 'ready' | 'invalid' | 'repeated' | 'taken'
}

/** What is to be said of each address. @param taken those of which the server said that they have an account */
function read(text: string, taken: ReadonlySet<string>): Typed[] {
  const seen = new Set<string>()
  return readAddressees(text).map(({ email, ...each }) => {
    const state = email === null ? 'invalid' : seen.has(email) ? 'repeated' : taken.has(email) ? 'taken' : 'ready'
    if (email) seen.add(email)
    return { ...each, email, state, name: each.name || (email ? nameOfAddress(email) : '') }
  })
}

/** Invites everyone whose address is typed or pasted. What can't be invited stays in the dialog, with the reason. */
export function InvitePeople({ choices }: { choices: Choices }) {
  const t = useTranslations('settings.people')
  const [text, setText] = useState('')
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set())
  const refused = useRef<string[]>([])
  const { run, error, isPending } = useAction(api.people.inviteSeveral, {
    isForm: true,
    onDone({ items }) {
      refused.current = items.filter(({ result }) => result === 'taken').map(({ email }) => email)
      const count = items.length - refused.current.length
      if (count > 0) toast.success(t('invited', { count }))
    },
  })
  const typed = read(text, taken)
  const ready = typed.filter(({ state }) => state === 'ready')
  async function send(form: FormData) {
    const people = ready.map(({ email, name }) => ({ email: email ?? '', name }))
    if (!(await run({ people, ...chosenIn(form) }))) return false
    const gone = new Set(people.map(({ email }) => email).filter((email) => !refused.current.includes(email)))
    const left = typed.filter(({ email, state }) => state !== 'repeated' && !(email && gone.has(email)))
    setTaken(new Set([...taken, ...refused.current]))
    setText(left.map((each) => each.text).join('\n'))
    return left.length === 0
  }
  return (
    <FormDialog
      icon={UserPlus}
      trigger={t('invite')}
      triggerVariant="primary"
      title={t('inviteTitle')}
      says={t('inviteSays')}
      submit={t('sendInvitations', { count: ready.length })}
      isDisabled={ready.length === 0}
      error={error}
      isPending={isPending}
      onSubmit={send}
    >
      <Field label={t('addresses')} hint={t('addressesHint')} errors={error?.fields.people}>
        {(control) => (
          <Textarea
            {...control}
            dir="ltr"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="min-h-20 text-sm"
          />
        )}
      </Field>
      {typed.length > 0 && <Preview typed={typed} />}
      <RoleFields choices={choices} />
    </FormDialog>
  )
}

function Preview({ typed }: { typed: readonly Typed[] }) {
  const t = useTranslations('settings.people')
  return (
    <ul aria-label={t('preview')} className="max-h-48 divide-y overflow-y-auto rounded-md border text-sm">
      {typed.map(({ text, email, name, state }, at) => {
        const Icon = state === 'ready' ? CircleCheck : CircleAlert
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no name of their own, and no state
          <li key={at} className="flex items-center gap-2 px-3 py-1.5">
            <Icon aria-hidden className={cn('size-4 shrink-0', state === 'ready' ? 'text-success' : 'text-warning')} />
            <bdi className="min-w-0 flex-1 wrap-anywhere">{email ?? text}</bdi>
            <span className={cn('max-w-[50%] text-end text-xs', state === 'ready' ? 'text-muted' : 'text-warning')}>
              {state === 'ready' ? <bdi>{name}</bdi> : t(`states.${state}`)}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
