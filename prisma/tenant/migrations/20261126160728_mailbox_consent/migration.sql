-- AlterTable
ALTER TABLE "mailbox" ADD COLUMN     "renewing_id" UUID,
ADD COLUMN     "renewing_until" TIMESTAMPTZ(3),
ADD COLUMN     "wait_until" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "mailbox_folder" ADD COLUMN     "api_cursor" TEXT;

-- CreateTable
CREATE TABLE "mailbox_authorization" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "browser_hash" TEXT NOT NULL,
    "provider" "MailboxProvider" NOT NULL,
    "uses_api" BOOLEAN NOT NULL,
    "verifier" TEXT NOT NULL,
    "nonce" TEXT NOT NULL,
    "mailbox_id" UUID,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mailbox_authorization_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "mailbox_authorization_tenant_id_session_id_idx" ON "mailbox_authorization"("tenant_id", "session_id");

-- CreateIndex
CREATE INDEX "mailbox_authorization_tenant_id_mailbox_id_idx" ON "mailbox_authorization"("tenant_id", "mailbox_id");

-- AddForeignKey
ALTER TABLE "mailbox_authorization" ADD CONSTRAINT "mailbox_authorization_tenant_id_session_id_fkey" FOREIGN KEY ("tenant_id", "session_id") REFERENCES "session"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mailbox_authorization" ADD CONSTRAINT "mailbox_authorization_tenant_id_mailbox_id_fkey" FOREIGN KEY ("tenant_id", "mailbox_id") REFERENCES "mailbox"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
