-- AlterTable
ALTER TABLE "ticket" ADD COLUMN     "tags" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "tag" (
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tag_pkey" PRIMARY KEY ("tenant_id","name")
);

-- CreateIndex
CREATE INDEX "tag_tenant_id_used_at_idx" ON "tag"("tenant_id", "used_at");

-- CreateIndex
CREATE INDEX "ticket_tags_idx" ON "ticket" USING GIN ("tags");
