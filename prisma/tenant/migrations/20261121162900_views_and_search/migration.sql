-- CreateEnum
CREATE TYPE "TicketType" AS ENUM ('question', 'incident', 'problem', 'task');

-- CreateEnum
CREATE TYPE "ViewScope" AS ENUM ('personal', 'department', 'desk');

-- CreateEnum
CREATE TYPE "BulkStatus" AS ENUM ('running', 'done', 'undoing', 'undone');

-- CreateEnum
CREATE TYPE "BulkItemStatus" AS ENUM ('waiting', 'done', 'failed', 'undone', 'kept');

-- DropIndex
DROP INDEX "ticket_tenant_id_status_updated_at_id_idx";

-- DropIndex
DROP INDEX "ticket_tags_idx";

-- AlterTable
ALTER TABLE "ticket" ADD COLUMN     "archived_at" TIMESTAMPTZ(3),
ADD COLUMN     "category_id" UUID,
ADD COLUMN     "due_at" TIMESTAMPTZ(3),
ADD COLUMN     "type" "TicketType";

-- CreateTable
CREATE TABLE "category" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "department_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "default_priority" "Priority",
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "category_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "ticket_tag" (
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "ticket_id" UUID NOT NULL,

    CONSTRAINT "ticket_tag_pkey" PRIMARY KEY ("tenant_id","name","ticket_id")
);

-- CreateTable
CREATE TABLE "ticket_search" (
    "tenant_id" UUID NOT NULL,
    "ticket_id" UUID NOT NULL,
    "document" tsvector NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ticket_search_pkey" PRIMARY KEY ("tenant_id","ticket_id")
);

-- CreateTable
CREATE TABLE "search_word" (
    "tenant_id" UUID NOT NULL,
    "word" TEXT NOT NULL,

    CONSTRAINT "search_word_pkey" PRIMARY KEY ("tenant_id","word")
);

-- CreateTable
CREATE TABLE "view" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "scope" "ViewScope" NOT NULL,
    "owner_id" UUID NOT NULL,
    "department_id" UUID,
    "filter" TEXT NOT NULL,
    "sort" TEXT NOT NULL,
    "columns" TEXT[],
    "position" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "view_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "bulk_action" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "change" JSONB NOT NULL,
    "status" "BulkStatus" NOT NULL DEFAULT 'running',
    "total" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "bulk_action_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "bulk_item" (
    "tenant_id" UUID NOT NULL,
    "bulk_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "ticket_id" UUID NOT NULL,
    "status" "BulkItemStatus" NOT NULL DEFAULT 'waiting',
    "before" JSONB,
    "version_after" INTEGER,
    "error" TEXT,

    CONSTRAINT "bulk_item_pkey" PRIMARY KEY ("tenant_id","bulk_id","position")
);

-- CreateIndex
CREATE INDEX "category_tenant_id_department_id_idx" ON "category"("tenant_id", "department_id");

-- CreateIndex
CREATE INDEX "ticket_tag_tenant_id_ticket_id_idx" ON "ticket_tag"("tenant_id", "ticket_id");

-- CreateIndex
CREATE INDEX "view_tenant_id_owner_id_idx" ON "view"("tenant_id", "owner_id");

-- CreateIndex
CREATE INDEX "bulk_action_tenant_id_person_id_created_at_idx" ON "bulk_action"("tenant_id", "person_id", "created_at");

-- CreateIndex
CREATE INDEX "bulk_item_tenant_id_ticket_id_idx" ON "bulk_item"("tenant_id", "ticket_id");

-- CreateIndex
CREATE UNIQUE INDEX "bulk_item_tenant_id_bulk_id_ticket_id_key" ON "bulk_item"("tenant_id", "bulk_id", "ticket_id");

-- CreateIndex
CREATE INDEX "ticket_tenant_id_created_at_id_idx" ON "ticket"("tenant_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "ticket_tenant_id_category_id_updated_at_id_idx" ON "ticket"("tenant_id", "category_id", "updated_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "ticket" ADD CONSTRAINT "ticket_tenant_id_category_id_fkey" FOREIGN KEY ("tenant_id", "category_id") REFERENCES "category"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "category" ADD CONSTRAINT "category_tenant_id_department_id_fkey" FOREIGN KEY ("tenant_id", "department_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_tag" ADD CONSTRAINT "ticket_tag_tenant_id_ticket_id_fkey" FOREIGN KEY ("tenant_id", "ticket_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_search" ADD CONSTRAINT "ticket_search_tenant_id_ticket_id_fkey" FOREIGN KEY ("tenant_id", "ticket_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "view" ADD CONSTRAINT "view_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "view" ADD CONSTRAINT "view_tenant_id_department_id_fkey" FOREIGN KEY ("tenant_id", "department_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bulk_action" ADD CONSTRAINT "bulk_action_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bulk_item" ADD CONSTRAINT "bulk_item_tenant_id_bulk_id_fkey" FOREIGN KEY ("tenant_id", "bulk_id") REFERENCES "bulk_action"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bulk_item" ADD CONSTRAINT "bulk_item_tenant_id_ticket_id_fkey" FOREIGN KEY ("tenant_id", "ticket_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What is being worked on is a small part of all there is.
CREATE INDEX "ticket_open_idx" ON "ticket"("tenant_id", "updated_at" DESC, "id" DESC)
  WHERE status IN ('created', 'assigned', 'in_progress', 'hold') AND deleted_at IS NULL;

ALTER TABLE "search_word" ALTER COLUMN "word" TYPE TEXT COLLATE "C";

-- An index over words cannot be used below row-level security, whose conditions come first. This function, which runs
-- as the owner, asks the index and says nothing but ids of the tenant at work.
CREATE INDEX "ticket_search_document_idx" ON "ticket_search" USING GIN ("document");
CREATE FUNCTION "search_tickets"(query tsquery, most INTEGER) RETURNS UUID[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT coalesce(array_agg(f.ticket_id), '{}') FROM (
    SELECT s.ticket_id FROM ticket_search s
    WHERE s.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND s.document @@ query LIMIT most
  ) f
$$;

-- Forced again by secure.sql, which runs after every migration.
ALTER TABLE "ticket" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "ticket_tag" NO FORCE ROW LEVEL SECURITY;
INSERT INTO "ticket_tag" (tenant_id, name, ticket_id) SELECT tenant_id, unnest(tags), id FROM "ticket";
