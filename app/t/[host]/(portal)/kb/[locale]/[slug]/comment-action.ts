'use server'

import { call, ORPCError } from '@orpc/server'
import { revalidatePath } from 'next/cache'
import { actionContext } from '@/app/load'
import type { CommentState } from '@/components/help-centre/comment-form'
import { writeComment } from '@/lib/kb/readers/comments'

/** The form works without JavaScript, so everything comes and goes as form data. */
export async function commentOn(id: string, _: CommentState, form: FormData): Promise<CommentState> {
  const text = String(form.get('text') ?? '')
  try {
    await call(writeComment, { id, text }, { context: await actionContext() })
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    const fields = (error.data as { fields?: Record<string, string[]> } | undefined)?.fields
    return { text, isSent: false, errors: fields?.text ?? [error.message] }
  }
  // The page shows it below.
  revalidatePath('/kb/[locale]/[slug]', 'page')
  return { text: '', isSent: true, errors: [] }
}
