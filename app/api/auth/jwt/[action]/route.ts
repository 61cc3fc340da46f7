import { handleRest } from '@/lib/wiring/rest'

export { handleRest as POST }
