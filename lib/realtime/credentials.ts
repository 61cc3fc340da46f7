import { env } from '../env'
import { secretFor } from '../secrets'
import type { Credentials } from './server/server'

/** Of the embedded server: given, or made once per installation. */
export function ownCredentials(): Credentials {
  const { REALTIME_APP_ID, REALTIME_KEY, REALTIME_SECRET } = env()
  return {
    appId: REALTIME_APP_ID ?? 'baraza',
    key: REALTIME_KEY ?? secretFor('realtime-key').replace(/\W/g, '').slice(0, 20),
    secret: REALTIME_SECRET ?? secretFor('realtime'),
  }
}
