import { handleRest } from '@/lib/wiring/rest'

export { handleRest as DELETE, handleRest as GET, handleRest as PATCH, handleRest as POST, handleRest as PUT }
