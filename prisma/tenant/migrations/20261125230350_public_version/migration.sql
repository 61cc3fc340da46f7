-- AlterTable
ALTER TABLE "ticket" ADD COLUMN     "public_message_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "public_updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "public_version" INTEGER NOT NULL DEFAULT 1;

-- What customers have seen so far is what there is. Forced again by secure.sql, which runs after every migration.
ALTER TABLE "ticket" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "ticket_message" NO FORCE ROW LEVEL SECURITY;
UPDATE "ticket" t SET "public_version" = t."version", "public_updated_at" = t."updated_at",
  "public_message_count" = (SELECT count(*) FROM "ticket_message" m
    WHERE m."tenant_id" = t."tenant_id" AND m."ticket_id" = t."id" AND m."kind" <> 'note');

-- CreateIndex
CREATE INDEX "ticket_tenant_id_requester_id_public_updated_at_id_idx" ON "ticket"("tenant_id", "requester_id", "public_updated_at" DESC, "id" DESC);
