import { renderReference } from '@/lib/wiring/reference'
import { answerStatic } from '@/lib/wiring/rest'

const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

export const GET = async (request: Request) =>
  answerStatic(request, await renderReference(), { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy })
