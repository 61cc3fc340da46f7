import { unlessOutage } from '@/lib/db/outage'
import { mayHaveCertificate } from '@/lib/tenancy/resolve'

export const dynamic = 'force-dynamic'

/** Asked by a proxy that gets certificates on demand, before it gets one. */
export const GET = (request: Request) =>
  unlessOutage(async () => {
    const isOurs = await mayHaveCertificate(new URL(request.url).searchParams.get('domain') ?? '')
    return new Response(null, { status: isOurs ? 200 : 404 })
  })
