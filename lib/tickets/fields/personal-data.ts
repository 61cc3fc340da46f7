import type { PersonalData } from '../../db/personal-data'

export const fieldData: PersonalData = { tables: { customField: { stays: 'settings' } } }
