import type { PersonalData } from '../db/personal-data'

export const slaData: PersonalData = {
  tables: {
    slaClock: {
      purge: [{ rows: (ticketIds) => ({ ticketId: { in: ticketIds } }) }],
      stays: { ticketId: 'number', holderId: 'staff' },
    },
    slaFiring: { stays: 'machine' },
    slaPolicy: { stays: 'settings' },
    slaTarget: { stays: 'settings' },
    slaEscalation: { stays: 'settings' },
    calendar: { stays: 'settings' },
    calendarEdition: { stays: 'settings' },
  },
}
