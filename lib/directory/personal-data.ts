import type { PersonalData } from '../db/personal-data'

export const directoryData: PersonalData = {
  tables: {
    department: { stays: 'staff' },
    departmentMember: { stays: 'staff' },
    category: { stays: 'settings' },
  },
}
