-- The columns of vectors are added by vectors.sql, where the server has pgvector.
-- AlterTable
ALTER TABLE "kb_search_article" ADD COLUMN     "embedded_by" TEXT;

-- CreateTable
CREATE TABLE "kb_embedding" (
    "tenant_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "model" TEXT NOT NULL,
    "embedded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "kb_embedding_pkey" PRIMARY KEY ("tenant_id","article_id","hash")
);

-- CreateIndex
CREATE INDEX "kb_embedding_tenant_id_model_idx" ON "kb_embedding"("tenant_id", "model");

-- AddForeignKey
ALTER TABLE "kb_embedding" ADD CONSTRAINT "kb_embedding_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
