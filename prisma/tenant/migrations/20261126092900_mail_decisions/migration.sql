-- CreateEnum
CREATE TYPE "MailRecovery" AS ENUM ('ticket', 'attached', 'ignored');

-- AlterEnum
ALTER TYPE "InboundStatus" RENAME VALUE 'failed' TO 'attention';
ALTER TYPE "InboundStatus" ADD VALUE 'spam';

-- AlterTable
ALTER TABLE "ticket_message" ADD COLUMN     "is_automatic" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "inbound_mail" ADD COLUMN     "classification" TEXT,
ADD COLUMN     "content_key" TEXT,
ADD COLUMN     "decision" JSONB,
ADD COLUMN     "detail" TEXT,
ADD COLUMN     "facts" JSONB,
ADD COLUMN     "from_address" TEXT,
ADD COLUMN     "from_name" TEXT,
ADD COLUMN     "recovery" "MailRecovery",
ADD COLUMN     "subject" TEXT;

-- CreateTable
CREATE TABLE "blocked_sender" (
    "tenant_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "blocked_sender_pkey" PRIMARY KEY ("tenant_id","email")
);

-- CreateIndex
CREATE INDEX "inbound_mail_tenant_id_status_received_at_id_idx" ON "inbound_mail"("tenant_id", "status", "received_at", "id");

-- CreateIndex
CREATE INDEX "inbound_mail_tenant_id_content_key_idx" ON "inbound_mail"("tenant_id", "content_key");
