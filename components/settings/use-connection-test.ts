'use client'

import { ORPCError } from '@orpc/client'
import { useRef, useState } from 'react'
import { useAction } from '@/components/ui/use-action'
import type { MailboxOutput } from '@/lib/channels/email/mailboxes/schema'
import { api } from '@/lib/wiring/client'
import { type Direction, type Form, isFilled, isOn, isStored, testOf } from './mailbox-form'

/** `invalid`: what was refused as input can't be saved either. */
type Outcome = 'works' | 'fails' | 'invalid'

const isInvalid = (thrown: unknown) =>
  thrown instanceof ORPCError && Object.keys((thrown.data as { fields?: object } | undefined)?.fields ?? {}).length > 0

/** The test of one direction of a mailbox. What it shows is of the settings as they are typed now, never of earlier ones. */
export function useConnectionTest(direction: Direction, form: Form, mailbox: MailboxOutput | undefined) {
  const [result, setResult] = useState<{ key: string; error: string | null } | null>(null)
  const [folders, setFolders] = useState<string[]>([])
  const asked = useRef<{ key: string; isOver: boolean; outcome: Promise<Outcome> } | null>(null)
  const action = useAction((work: () => Promise<void>) => work(), { isForm: true, onDone: () => false })
  const input = testOf(form, direction, mailbox)
  const key = JSON.stringify(input)
  const shown = result?.key === key ? result : null

  async function ask(): Promise<Outcome> {
    let outcome: Outcome = 'fails'
    await action.run(async () => {
      const answer = await api.mailboxes.test(input).catch((thrown) => {
        if (isInvalid(thrown)) outcome = 'invalid'
        throw thrown
      })
      const error = answer[direction]?.error ?? null
      if (!error) outcome = 'works'
      if (answer.folders.length > 0) setFolders(answer.folders)
      setResult({ key, error })
    })
    return outcome
  }
  /** Each settings are tried once at a time. */
  function test(): Promise<Outcome> {
    if (asked.current?.key === key && !asked.current.isOver) return asked.current.outcome
    const begun = { key, isOver: false, outcome: ask() }
    asked.current = begun
    return begun.outcome.finally(() => {
      begun.isOver = true
    })
  }
  return {
    key,
    shown,
    folders,
    fields: action.error?.fields ?? {},
    /** Why it could not be tried at all. */
    problem: action.error?.message,
    isPending: action.isPending,
    isFilled: isFilled(form, direction, mailbox),
    test,
    /** Whoever has filled this direction and goes on to the next is told at once. */
    testOnLeaving() {
      const isNew = asked.current?.key !== key && !isStored(form, direction, mailbox)
      if (isNew && isOn(form, direction) && isFilled(form, direction, mailbox)) void test()
    },
    /**
     * What is as it is stored may be saved again, though its server is down.
     * @param isFailureKnown what failed is not tried again
     */
    async outcome(isFailureKnown: boolean): Promise<Outcome> {
      if (!isOn(form, direction) || isStored(form, direction, mailbox) || shown?.error === null) return 'works'
      return shown && isFailureKnown ? 'fails' : test()
    },
  }
}
export type ConnectionTest = ReturnType<typeof useConnectionTest>
