import type { PersonalData } from '../db/personal-data'

export const workspaceData: PersonalData = { tables: { workspace: { stays: 'settings' } } }
