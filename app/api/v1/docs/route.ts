import { renderReference } from '@/lib/wiring/reference'

export const GET = async () => new Response(await renderReference(), { headers: { 'content-type': 'text/html; charset=utf-8' } })
