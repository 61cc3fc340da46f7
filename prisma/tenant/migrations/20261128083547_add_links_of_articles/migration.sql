-- AlterTable
ALTER TABLE "kb_article" ADD COLUMN     "links_n" INTEGER;

-- CreateTable
CREATE TABLE "kb_link" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "is_external" BOOLEAN NOT NULL,
    "problem" TEXT,
    "status_code" INTEGER,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "broken_since" TIMESTAMPTZ(3),
    "checked_at" TIMESTAMPTZ(3),

    CONSTRAINT "kb_link_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "kb_link_tenant_id_hash_idx" ON "kb_link"("tenant_id", "hash");

-- CreateIndex
CREATE INDEX "kb_link_tenant_id_broken_since_id_idx" ON "kb_link"("tenant_id", "broken_since" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "kb_link_tenant_id_article_id_hash_key" ON "kb_link"("tenant_id", "article_id", "hash");

-- AddForeignKey
ALTER TABLE "kb_link" ADD CONSTRAINT "kb_link_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
