-- AlterTable
ALTER TABLE "inbound_mail" ADD COLUMN     "alike_key" TEXT,
ADD COLUMN     "thread_root" TEXT;

-- CreateIndex
CREATE INDEX "inbound_mail_tenant_id_thread_root_idx" ON "inbound_mail"("tenant_id", "thread_root");

-- CreateIndex
CREATE INDEX "inbound_mail_tenant_id_alike_key_received_at_idx" ON "inbound_mail"("tenant_id", "alike_key", "received_at");

-- CreateIndex
CREATE INDEX "inbound_mail_tenant_id_from_address_received_at_idx" ON "inbound_mail"("tenant_id", "from_address", "received_at");
