import { renderReference } from '@/lib/procedure/reference'

export const GET = async () => new Response(await renderReference(), { headers: { 'content-type': 'text/html; charset=utf-8' } })
