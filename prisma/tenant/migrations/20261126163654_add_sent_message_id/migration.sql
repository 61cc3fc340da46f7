-- AlterTable
ALTER TABLE "outbound_mail" ADD COLUMN     "sent_message_id" TEXT;

-- CreateIndex
CREATE INDEX "outbound_mail_tenant_id_sent_message_id_idx" ON "outbound_mail"("tenant_id", "sent_message_id");
