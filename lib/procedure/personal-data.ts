import type { DataSubject, PersonalData, PersonalDataWork } from '../db/personal-data'

export const procedureData: PersonalData = {
  tables: { idempotencyKey: { erase: [{ by: forgetAnswers, clears: 'rows', through: ['actorId'] }] } },
}

/** Answers kept for repeated requests. */
async function forgetAnswers({ tx, tenantId }: PersonalDataWork, { emails, personIds }: DataSubject) {
  await tx.idempotencyKey.deleteMany({ where: { tenantId, actorId: { in: personIds } } })
  for (const email of emails)
    await tx.$executeRaw`DELETE FROM idempotency_key WHERE tenant_id = ${tenantId}::uuid AND position(${JSON.stringify(email)} IN response::text) > 0`
}
