import { notFound } from 'next/navigation'
import { destinationOf } from '@/lib/channels/email/mailboxes/consent'
import { oauthProviders } from '@/lib/mail/schema'
import { english } from '@/lib/text/translator'

interface Context {
  params: Promise<{ provider: string }>
}

/** Google and Microsoft know one address of an installation: what they answer goes on to the workspace that asked. */
export async function GET(request: Request, { params }: Context) {
  const name = (await params).provider
  const provider = oauthProviders.find((known) => known === name)
  if (!provider) notFound()
  const destination = destinationOf(provider, new URL(request.url).searchParams, new Date())
  const headers = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  if (!destination) return new Response(english('errors.mailboxes.consentOver'), { status: 400, headers })
  return new Response(null, { status: 303, headers: { ...headers, location: destination } })
}
