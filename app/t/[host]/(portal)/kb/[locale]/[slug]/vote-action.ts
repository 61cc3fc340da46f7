'use server'

import { call, ORPCError } from '@orpc/server'
import { cookies } from 'next/headers'
import { actionContext } from '@/app/load'
import type { VoteState } from '@/components/help-centre/vote-form'
import { voteReasons } from '@/lib/kb/readers/values'
import { setVote } from '@/lib/kb/readers/votes'

/** The form works without JavaScript, so everything comes and goes as form data. */
export async function voteOn({ id, visit }: { id: string; visit: string }, before: VoteState, form: FormData): Promise<VoteState> {
  const isHelpful = form.get('vote') === 'yes'
  // The first two buttons bring no words: what was said before stays with the answer that it belongs to.
  const isSent = form.has('text')
  const reason = voteReasons.find((each) => each === form.get('reason')) ?? null
  const words = isSent ? { reason, text: String(form.get('text')) } : {}
  const context = await actionContext()
  const answered = new Headers()
  context.caller.responseHeaders = answered
  try {
    const said = await call(setVote, { id, isHelpful, visit, ...words }, { context })
    await setCookies(answered)
    return { ...said, isSent, message: null }
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    return { ...before, isSent: false, message: error.message }
  }
}

/** The cookie by which whoever has no account is known the next time. */
async function setCookies(answered: Headers) {
  const jar = await cookies()
  for (const line of answered.getSetCookie()) {
    const [, name = '', value = '', age] = /^([^=]+)=([^;]*);.*Max-Age=(\d+)/.exec(line) ?? []
    jar.set(name, value, { path: '/', maxAge: Number(age), httpOnly: true, sameSite: 'lax', secure: /; Secure/.test(line) })
  }
}
