import type { PersonalData } from '../../db/personal-data'

export const kbSearchData: PersonalData = {
  tables: {
    kbSearchArticle: { stays: 'staff' },
    kbPassage: { stays: 'staff' },
    kbEmbedding: { stays: 'staff' },
    kbPosting: { stays: 'staff' },
    kbTerm: { stays: 'staff' },
    kbWord: { stays: 'staff' },
    kbSearchTotal: { stays: 'settings' },
    kbSynonym: { stays: 'settings' },
  },
}
