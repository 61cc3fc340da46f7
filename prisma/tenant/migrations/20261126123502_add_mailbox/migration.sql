-- CreateEnum
CREATE TYPE "MailboxProvider" AS ENUM ('imap', 'google', 'microsoft');

-- CreateEnum
CREATE TYPE "MailboxPreset" AS ENUM ('hostinger', 'gmail', 'outlook', 'yahoo', 'generic');

-- CreateEnum
CREATE TYPE "MailboxState" AS ENUM ('connected', 'failing', 'revoked');

-- CreateEnum
CREATE TYPE "ConnectionSecurity" AS ENUM ('tls', 'starttls', 'none');

-- CreateEnum
CREATE TYPE "FetchCause" AS ENUM ('schedule', 'request', 'idle');

-- AlterEnum
ALTER TYPE "DeletionKind" ADD VALUE 'mailbox';

-- AlterTable
ALTER TABLE "inbound_mail" ADD COLUMN     "fetch_id" UUID,
ADD COLUMN     "mailbox_id" UUID;

-- CreateTable
CREATE TABLE "mailbox" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "sender_name" TEXT,
    "department_id" UUID,
    "provider" "MailboxProvider" NOT NULL DEFAULT 'imap',
    "preset" "MailboxPreset" NOT NULL DEFAULT 'generic',
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "is_incoming" BOOLEAN NOT NULL DEFAULT true,
    "is_outgoing" BOOLEAN NOT NULL DEFAULT true,
    "uses_api" BOOLEAN NOT NULL DEFAULT false,
    "imap_host" TEXT,
    "imap_port" INTEGER,
    "imap_security" "ConnectionSecurity" NOT NULL DEFAULT 'tls',
    "imap_user" TEXT,
    "imap_password" TEXT,
    "smtp_host" TEXT,
    "smtp_port" INTEGER,
    "smtp_security" "ConnectionSecurity" NOT NULL DEFAULT 'starttls',
    "smtp_user" TEXT,
    "smtp_password" TEXT,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "marks_seen" BOOLEAN NOT NULL DEFAULT false,
    "fetch_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "api_cursor" TEXT,
    "state" "MailboxState" NOT NULL DEFAULT 'connected',
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "last_error_at" TIMESTAMPTZ(3),
    "last_send_error" TEXT,
    "last_fetched_at" TIMESTAMPTZ(3),
    "leased_until" TIMESTAMPTZ(3),
    "lease_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "mailbox_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "mailbox_folder" (
    "tenant_id" UUID NOT NULL,
    "mailbox_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "uid_validity" BIGINT,
    "last_uid" BIGINT NOT NULL DEFAULT 0,
    "missing" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "mailbox_folder_pkey" PRIMARY KEY ("tenant_id","mailbox_id","path")
);

-- CreateTable
CREATE TABLE "mailbox_fetch" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mailbox_id" UUID NOT NULL,
    "cause" "FetchCause" NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "messages" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "problems" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "mailbox_fetch_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "mailbox_tenant_id_department_id_idx" ON "mailbox"("tenant_id", "department_id");

-- CreateIndex
CREATE INDEX "mailbox_fetch_tenant_id_mailbox_id_started_at_id_idx" ON "mailbox_fetch"("tenant_id", "mailbox_id", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "inbound_mail_tenant_id_fetch_id_idx" ON "inbound_mail"("tenant_id", "fetch_id");

-- AddForeignKey
ALTER TABLE "mailbox" ADD CONSTRAINT "mailbox_tenant_id_department_id_fkey" FOREIGN KEY ("tenant_id", "department_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mailbox_folder" ADD CONSTRAINT "mailbox_folder_tenant_id_mailbox_id_fkey" FOREIGN KEY ("tenant_id", "mailbox_id") REFERENCES "mailbox"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mailbox_fetch" ADD CONSTRAINT "mailbox_fetch_tenant_id_mailbox_id_fkey" FOREIGN KEY ("tenant_id", "mailbox_id") REFERENCES "mailbox"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;


-- One mailbox of an address that is not deleted, and one default.
CREATE UNIQUE INDEX "mailbox_address_key" ON "mailbox" ("tenant_id", "address") WHERE "deleted_at" IS NULL;
CREATE UNIQUE INDEX "mailbox_default_key" ON "mailbox" ("tenant_id") WHERE "is_default" AND "deleted_at" IS NULL;
