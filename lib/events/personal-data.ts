import type { PersonalData } from '../db/personal-data'

export const eventData: PersonalData = {
  tables: { event: { stays: 'sealed' }, eventHead: { stays: 'sealed' }, eventDelivery: { stays: 'sealed' } },
}
