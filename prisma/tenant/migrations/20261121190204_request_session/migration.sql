-- AlterTable
ALTER TABLE "session" ADD COLUMN     "ticket_id" UUID;

-- CreateIndex
CREATE INDEX "session_tenant_id_ticket_id_idx" ON "session"("tenant_id", "ticket_id");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_tenant_id_ticket_id_fkey" FOREIGN KEY ("tenant_id", "ticket_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
