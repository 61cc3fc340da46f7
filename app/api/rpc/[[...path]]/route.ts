import { handleRpc } from '@/lib/wiring/rest'

export { handleRpc as GET, handleRpc as POST }
