-- CreateEnum
CREATE TYPE "LinkKind" AS ENUM ('follow_up', 'relates', 'blocks', 'duplicates');

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "close_after_days" INTEGER NOT NULL DEFAULT 3,
ADD COLUMN     "reopen_days" INTEGER NOT NULL DEFAULT 7;

-- AlterTable
ALTER TABLE "ticket" ADD COLUMN     "held_at" TIMESTAMPTZ(3),
ADD COLUMN     "hold_until" TIMESTAMPTZ(3),
ADD COLUMN     "reminded_at" TIMESTAMPTZ(3),
ADD COLUMN     "reopen_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "status_reason" TEXT;

-- CreateTable
CREATE TABLE "ticket_link" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" "LinkKind" NOT NULL,
    "from_id" UUID NOT NULL,
    "to_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ticket_link_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "ticket_link_tenant_id_to_id_idx" ON "ticket_link"("tenant_id", "to_id");

-- CreateIndex
CREATE UNIQUE INDEX "ticket_link_tenant_id_from_id_to_id_kind_key" ON "ticket_link"("tenant_id", "from_id", "to_id", "kind");

-- AddForeignKey
ALTER TABLE "ticket_link" ADD CONSTRAINT "ticket_link_tenant_id_from_id_fkey" FOREIGN KEY ("tenant_id", "from_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_link" ADD CONSTRAINT "ticket_link_tenant_id_to_id_fkey" FOREIGN KEY ("tenant_id", "to_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
