'use server'

import { call } from '@orpc/server'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { actionContext } from '@/app/load'
import { logout } from '@/lib/accounts/auth'
import { sessionCookiePattern } from '@/lib/actor/cookies'

/** Ends the session in the database, then drops the cookie that named it. */
export async function signOut() {
  await call(logout, undefined, { context: await actionContext() }).catch(() => {}) // ended elsewhere already
  const jar = await cookies()
  for (const { name } of jar.getAll())
    if (sessionCookiePattern.test(name)) jar.delete({ name, path: '/', secure: name.startsWith('__Host-') })
  redirect('/')
}
