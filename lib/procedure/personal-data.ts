import type { DataSubject, PersonalData, PersonalDataWork } from '../db/personal-data'

export const procedureData: PersonalData = {
  tables: { idempotencyKey: { erase: [{ by: forgetAnswers, clears: 'rows' }] } },
}

/** Answers kept for repeated requests. */
async function forgetAnswers({ tx, tenantId }: PersonalDataWork, { emails }: DataSubject) {
  for (const email of emails)
    await tx.$executeRaw`DELETE FROM idempotency_key WHERE tenant_id = ${tenantId}::uuid AND position(${JSON.stringify(email)} IN response::text) > 0`
}
