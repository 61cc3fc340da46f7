import { answerSitemap } from '@/app/t/kb/crawlers'

export const GET = async (_: Request, { params }: { params: Promise<{ part: string }> }) => answerSitemap((await params).part)
