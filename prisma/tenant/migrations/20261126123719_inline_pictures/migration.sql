-- AlterTable
ALTER TABLE "attachment" ADD COLUMN     "is_inline" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "stored_as" UUID;

-- AlterTable
ALTER TABLE "inbound_mail" ADD COLUMN     "carries" JSONB;

-- CreateIndex
CREATE INDEX "attachment_tenant_id_sha256_idx" ON "attachment"("tenant_id", "sha256");

-- CreateIndex
CREATE INDEX "attachment_tenant_id_stored_as_idx" ON "attachment"("tenant_id", "stored_as");

-- CreateIndex
CREATE INDEX "inbound_mail_tenant_id_message_id_idx" ON "inbound_mail"("tenant_id", "message_id");
