import type { Prisma } from '../db/generated/tenant/client'
import type { PersonalData, PersonalDataWork } from '../db/personal-data'
import { enqueueJob } from '../jobs/enqueue'
import { removeFilesJob } from './attachments'

export const fileData: PersonalData = {
  tables: {
    attachment: {
      erase: [
        {
          by: (work, { messageIds, ticketIds }) =>
            removeFiles(work, { OR: [{ messageId: { in: messageIds } }, { draft: { ticketId: { in: ticketIds } } }] }),
          clears: 'rows',
          through: ['messageId'],
        },
        {
          // What they brought and never sent.
          by: (work, { personIds }) => removeFiles(work, { personId: { in: personIds }, messageId: null }),
          clears: 'rows',
          through: ['personId'],
        },
      ],
      purge: [
        {
          by: (work, ticketIds) =>
            removeFiles(work, { OR: [{ message: { ticketId: { in: ticketIds } } }, { draft: { ticketId: { in: ticketIds } } }] }),
        },
      ],
    },
  },
}

/** The rows go now, their bytes behind it. */
async function removeFiles({ tx, tenantId }: PersonalDataWork, which: Prisma.AttachmentWhereInput) {
  const found = await tx.attachment.findMany({ where: { tenantId, AND: which }, select: { id: true, storedAs: true } })
  if (found.length === 0) return
  await tx.attachment.deleteMany({ where: { tenantId, id: { in: found.map(({ id }) => id) } } })
  // The row that the bytes are called after may have gone before.
  const fileIds = [...new Set(found.flatMap(({ id, storedAs }) => (storedAs ? [id, storedAs] : [id])))]
  await enqueueJob({ tx, tenantId }, removeFilesJob, { fileIds })
}
