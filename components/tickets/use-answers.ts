'use client'

import { useEffect, useState } from 'react'
import type { CannedResponseOutput, MacroOutput } from '@/lib/tickets/canned/schema'
import { api } from '@/lib/wiring/client'

interface Answers {
  responses: CannedResponseOutput[]
  macros: MacroOutput[]
}

const freshMs = 60_000
let known: { at: number; answers: Promise<Answers> } | null = null

async function readAnswers(): Promise<Answers> {
  const [{ items: responses }, { items: macros }] = await Promise.all([api.cannedResponses.list(), api.macros.list()])
  return { responses, macros }
}

/** The texts and macros at hand, read once a minute at most, whatever ticket is open. */
export function useAnswers(): Answers {
  const [answers, setAnswers] = useState<Answers>({ responses: [], macros: [] })
  useEffect(() => {
    if (!known || known.at < Date.now() - freshMs) known = { at: Date.now(), answers: readAnswers() }
    known.answers.then(setAnswers, () => {
      known = null // the next ticket asks again; writing goes on without
    })
  }, [])
  return answers
}
