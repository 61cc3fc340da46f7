import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { authOptionsFor } from '@/lib/identity/next-auth'
import { doorOf } from '@/lib/procedure/door'

async function handle(request: NextRequest, context: { params: Promise<{ nextauth: string[] }> }) {
  const isHttps = request.headers.get('x-forwarded-proto') === 'https'
  const options = await authOptionsFor(doorOf('page', request.headers, request.method), isHttps)
  return options ? NextAuth(request, context as never, options) : new Response('Not found', { status: 404 })
}

export { handle as GET, handle as POST }
