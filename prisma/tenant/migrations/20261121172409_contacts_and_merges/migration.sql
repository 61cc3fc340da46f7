-- CreateEnum
CREATE TYPE "Tier" AS ENUM ('premium', 'standard', 'basic');

-- CreateEnum
CREATE TYPE "ImportStatus" AS ENUM ('running', 'done');

-- AlterTable
ALTER TABLE "contact" ADD COLUMN     "phones" TEXT[] DEFAULT ARRAY[]::TEXT[];
-- Forced again by secure.sql, which runs after every migration.
ALTER TABLE "contact" NO FORCE ROW LEVEL SECURITY;
UPDATE "contact" SET phones = ARRAY[phone] WHERE phone IS NOT NULL;
ALTER TABLE "contact" DROP COLUMN "phone",
ADD COLUMN     "locale" TEXT,
ADD COLUMN     "notes" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "organisation_id" UUID,
ADD COLUMN     "owner_id" UUID,
ADD COLUMN     "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "tier" "Tier",
ADD COLUMN     "time_zone" TEXT;

-- AlterTable
ALTER TABLE "ticket" ADD COLUMN     "merged_into_id" UUID;

-- CreateTable
CREATE TABLE "organisation" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "tier" "Tier",
    "notes" TEXT NOT NULL DEFAULT '',
    "shares_tickets" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "organisation_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "organisation_domain" (
    "tenant_id" UUID NOT NULL,
    "domain" TEXT NOT NULL,
    "organisation_id" UUID NOT NULL,

    CONSTRAINT "organisation_domain_pkey" PRIMARY KEY ("tenant_id","domain")
);

-- CreateTable
CREATE TABLE "contact_merge" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "from_id" UUID NOT NULL,
    "into_id" UUID NOT NULL,
    "moved" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "contact_merge_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "contact_import" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "rows" JSONB NOT NULL,
    "on_known" TEXT NOT NULL,
    "status" "ImportStatus" NOT NULL DEFAULT 'running',
    "total" INTEGER NOT NULL,
    "created" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "problems" JSONB NOT NULL DEFAULT '[]',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "contact_import_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "ticket_merge" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "from_id" UUID NOT NULL,
    "into_id" UUID NOT NULL,
    "moved" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "ticket_merge_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "organisation_tenant_id_name_id_idx" ON "organisation"("tenant_id", "name", "id");

-- CreateIndex
CREATE INDEX "organisation_domain_tenant_id_organisation_id_idx" ON "organisation_domain"("tenant_id", "organisation_id");

-- CreateIndex
CREATE INDEX "contact_merge_tenant_id_into_id_idx" ON "contact_merge"("tenant_id", "into_id");

-- CreateIndex
CREATE INDEX "contact_merge_tenant_id_from_id_idx" ON "contact_merge"("tenant_id", "from_id");

-- CreateIndex
CREATE INDEX "contact_import_tenant_id_person_id_created_at_idx" ON "contact_import"("tenant_id", "person_id", "created_at");

-- CreateIndex
CREATE INDEX "ticket_merge_tenant_id_from_id_idx" ON "ticket_merge"("tenant_id", "from_id");

-- CreateIndex
CREATE INDEX "ticket_merge_tenant_id_into_id_idx" ON "ticket_merge"("tenant_id", "into_id");

-- CreateIndex
CREATE INDEX "contact_tenant_id_name_id_idx" ON "contact"("tenant_id", "name", "id");

-- CreateIndex
CREATE INDEX "contact_tenant_id_organisation_id_name_idx" ON "contact"("tenant_id", "organisation_id", "name");

-- CreateIndex
CREATE INDEX "ticket_tenant_id_merged_into_id_idx" ON "ticket"("tenant_id", "merged_into_id");

-- AddForeignKey
ALTER TABLE "organisation_domain" ADD CONSTRAINT "organisation_domain_tenant_id_organisation_id_fkey" FOREIGN KEY ("tenant_id", "organisation_id") REFERENCES "organisation"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact" ADD CONSTRAINT "contact_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact" ADD CONSTRAINT "contact_tenant_id_organisation_id_fkey" FOREIGN KEY ("tenant_id", "organisation_id") REFERENCES "organisation"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_merge" ADD CONSTRAINT "contact_merge_tenant_id_from_id_fkey" FOREIGN KEY ("tenant_id", "from_id") REFERENCES "contact"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_merge" ADD CONSTRAINT "contact_merge_tenant_id_into_id_fkey" FOREIGN KEY ("tenant_id", "into_id") REFERENCES "contact"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_import" ADD CONSTRAINT "contact_import_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket" ADD CONSTRAINT "ticket_tenant_id_merged_into_id_fkey" FOREIGN KEY ("tenant_id", "merged_into_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_merge" ADD CONSTRAINT "ticket_merge_tenant_id_from_id_fkey" FOREIGN KEY ("tenant_id", "from_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_merge" ADD CONSTRAINT "ticket_merge_tenant_id_into_id_fkey" FOREIGN KEY ("tenant_id", "into_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
