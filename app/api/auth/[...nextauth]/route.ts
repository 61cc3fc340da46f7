import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { unlessOutage } from '@/lib/db/outage'
import { callerOf } from '@/lib/procedure/caller'
import { authOptionsFor } from '@/lib/wiring/next-auth'

async function handle(request: NextRequest, context: { params: Promise<{ nextauth: string[] }> }) {
  const isHttps = request.headers.get('x-forwarded-proto') === 'https'
  const added = new Headers()
  const options = await authOptionsFor(callerOf('page', request.headers, request.method, added), isHttps)
  if (!options) return new Response('Not found', { status: 404 })
  const response: Response = await NextAuth(request, context as never, options)
  for (const [name, value] of added) if (name === 'set-cookie') response.headers.append(name, value)
  return response
}

const answer: typeof handle = (request, context) => unlessOutage(() => handle(request, context))

export { answer as GET, answer as POST }
