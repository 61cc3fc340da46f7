import type { PersonalData } from '../db/personal-data'

export const correspondenceData: PersonalData = { tables: { mailTemplate: { stays: 'settings' } } }
