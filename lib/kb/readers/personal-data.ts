import type { PersonalData } from '../../db/personal-data'
import { voterOfPerson } from './visitor'

export const kbReaderData: PersonalData = {
  tables: {
    kbVote: {
      erase: [{ rows: ({ personIds }) => ({ voter: { in: personIds.map(voterOfPerson) } }), set: { text: '' } }],
      stays: 'machine',
    },
    kbArticleDay: { stays: 'machine' },
    kbSearchDay: { stays: 'brief' },
  },
}
