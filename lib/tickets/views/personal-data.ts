import type { PersonalData } from '../../db/personal-data'

export const viewData: PersonalData = { tables: { view: { stays: 'staff' } } }
