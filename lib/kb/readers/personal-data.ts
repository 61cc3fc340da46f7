import type { PersonalData } from '../../db/personal-data'
import { voterOfPerson } from './visitor'

export const kbReaderData: PersonalData = {
  tables: {
    kbVote: {
      erase: [{ rows: ({ personIds }) => ({ voter: { in: personIds.map(voterOfPerson) } }), set: { text: '' } }],
      stays: 'machine',
    },
    kbComment: {
      erase: [{ rows: ({ personIds }) => ({ personId: { in: personIds } }), deletes: true }],
      stays: { decidedById: 'staff' },
    },
    kbArticleDay: { stays: 'machine' },
    kbSearchDay: { stays: 'brief' },
  },
  async exportContact({ tx, tenantId }, { personIds }) {
    const articleComments = await tx.kbComment.findMany({
      where: { tenantId, personId: { in: personIds } },
      select: { articleId: true, text: true, status: true, createdAt: true },
      orderBy: { createdAt: 'asc' },
    })
    const articleVotes = await tx.kbVote.findMany({
      where: { tenantId, voter: { in: personIds.map(voterOfPerson) } },
      select: { articleId: true, isHelpful: true, reason: true, text: true, updatedAt: true },
      orderBy: { updatedAt: 'asc' },
    })
    return { articleComments, articleVotes }
  },
}
