'use server'

import { call } from '@orpc/server'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { actionContext } from '@/app/load'
import { sessionCookiePattern } from '@/lib/actor/cookies'
import { platformSignOut } from '@/lib/platform/admins'

export async function signOutOfPlatform() {
  await call(platformSignOut, undefined, { context: await actionContext() }).catch(() => {}) // ended elsewhere already
  const jar = await cookies()
  for (const { name } of jar.getAll())
    if (sessionCookiePattern.test(name)) jar.delete({ name, path: '/', secure: name.startsWith('__Host-') })
  redirect('/')
}
