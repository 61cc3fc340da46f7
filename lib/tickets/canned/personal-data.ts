import type { PersonalData } from '../../db/personal-data'

export const cannedData: PersonalData = { tables: { cannedResponse: { stays: 'staff' }, macro: { stays: 'staff' } } }
