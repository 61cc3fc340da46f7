import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { callerOf } from '@/lib/procedure/caller'
import { authOptionsFor } from '@/lib/wiring/next-auth'

async function handle(request: NextRequest, context: { params: Promise<{ nextauth: string[] }> }) {
  const isHttps = request.headers.get('x-forwarded-proto') === 'https'
  const options = await authOptionsFor(callerOf('page', request.headers, request.method), isHttps)
  return options ? NextAuth(request, context as never, options) : new Response('Not found', { status: 404 })
}

export { handle as GET, handle as POST }
