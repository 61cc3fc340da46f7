import type { PersonalData } from '../db/personal-data'
import { channels } from './schema'

export const realtimeData: PersonalData = {
  tables: {
    channelHead: {
      purge: [{ rows: (ticketIds) => ({ channel: { in: ticketIds.flatMap((id) => [channels.ticket(id), channels.request(id)]) } }) }],
      stays: 'machine',
    },
    channelMessage: { stays: 'brief' },
  },
}
