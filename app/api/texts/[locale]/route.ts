import { answerTexts } from '@/lib/text/texts'

export const dynamic = 'force-dynamic'

export const GET = async (request: Request, { params }: { params: Promise<{ locale: string }> }) =>
  answerTexts(new URL(request.url), (await params).locale)
