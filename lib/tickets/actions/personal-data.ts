import { Prisma } from '../../db/generated/tenant/client'
import type { PersonalData } from '../../db/personal-data'

export const actionData: PersonalData = {
  tables: {
    bulkAction: { stays: 'staff' },
    bulkItem: {
      erase: [{ rows: ({ ticketIds }) => ({ ticketId: { in: ticketIds } }), set: { before: Prisma.JsonNull, after: Prisma.JsonNull } }],
      stays: { ticketId: 'number', error: 'machine' },
    },
  },
}
