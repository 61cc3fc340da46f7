import { checkHealth } from '@/lib/wiring/health'

export const dynamic = 'force-dynamic'
export const GET = () => checkHealth()
