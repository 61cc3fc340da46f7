-- CreateEnum
CREATE TYPE "SuppressionReason" AS ENUM ('hard_bounce', 'soft_bounce', 'complaint', 'manual');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "OutboundStatus" ADD VALUE 'delivered';
ALTER TYPE "OutboundStatus" ADD VALUE 'bounced';
ALTER TYPE "OutboundStatus" ADD VALUE 'complained';

-- AlterTable
ALTER TABLE "outbound_mail" ADD COLUMN     "is_asked" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "provider" TEXT,
ADD COLUMN     "provider_id" TEXT,
ADD COLUMN     "reason" TEXT,
ADD COLUMN     "resends" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "status_at" TIMESTAMPTZ(3),
ADD COLUMN     "undelivered" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "withheld" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "suppressed_address" (
    "tenant_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "reason" "SuppressionReason" NOT NULL,
    "detail" TEXT NOT NULL DEFAULT '',
    "mail_id" UUID,
    "person_id" UUID,
    "tried_mail_id" UUID,
    "tried_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "suppressed_address_pkey" PRIMARY KEY ("tenant_id","email")
);

-- CreateIndex
CREATE INDEX "suppressed_address_tenant_id_created_at_email_idx" ON "suppressed_address"("tenant_id", "created_at", "email");

-- CreateIndex
CREATE INDEX "suppressed_address_tenant_id_person_id_idx" ON "suppressed_address"("tenant_id", "person_id");

-- CreateIndex
CREATE INDEX "outbound_mail_tenant_id_status_created_at_id_idx" ON "outbound_mail"("tenant_id", "status", "created_at", "id");

-- AddForeignKey
ALTER TABLE "suppressed_address" ADD CONSTRAINT "suppressed_address_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
