import type { PersonalData, PersonalDataWork } from '../../db/personal-data'
import { voterOfPerson } from './visitor'

/** What they said stays, by nobody: each vote has a voter of its own from then on, so that two of one person are not known as such. */
const forgetVoters = ({ tx, tenantId }: PersonalDataWork, voters: readonly string[]) => tx.$executeRaw`
  UPDATE kb_vote SET voter = 'erased:' || gen_random_uuid(), text = '' WHERE tenant_id = ${tenantId}::uuid AND voter = ANY(${voters}::text[])`

export const kbReaderData: PersonalData = {
  tables: {
    kbVote: {
      erase: [{ by: (work, { personIds }) => forgetVoters(work, personIds.map(voterOfPerson)), clears: ['voter', 'text'] }],
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
