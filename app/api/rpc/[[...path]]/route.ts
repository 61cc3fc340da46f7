import { handleRpc } from '@/lib/procedure/rest'

export { handleRpc as GET, handleRpc as POST }
