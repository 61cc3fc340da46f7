import type { DataSubject, PersonalData, PersonalDataWork } from '../../db/personal-data'

export const linkData: PersonalData = {
  tables: {
    ticketMerge: { erase: [{ by: forgetMoved, clears: ['moved'] }], stays: { fromId: 'number', intoId: 'number' } },
    ticketLink: {
      purge: [{ rows: (ticketIds) => ({ OR: [{ fromId: { in: ticketIds } }, { toId: { in: ticketIds } }] }) }],
      stays: { fromId: 'number', toId: 'number' },
    },
  },
}

/** A merge can still be taken back, but for the words in it. */
async function forgetMoved({ tx, tenantId }: PersonalDataWork, { touchedIds }: DataSubject) {
  await tx.$executeRaw`UPDATE ticket_merge SET moved = moved || '{"snippet": "", "fromSnippet": "", "statusReason": null, "woken": null, "rated": null}'::jsonb
    WHERE tenant_id = ${tenantId}::uuid AND (from_id = ANY(${touchedIds}::uuid[]) OR into_id = ANY(${touchedIds}::uuid[]))`
}
