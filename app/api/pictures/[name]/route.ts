import { unlessOutage } from '@/lib/db/outage'
import { answerPicture } from '@/lib/workspace/picture'

export const dynamic = 'force-dynamic'

export const GET = (request: Request, { params }: { params: Promise<{ name: string }> }) =>
  unlessOutage(async () => answerPicture(request, (await params).name))
