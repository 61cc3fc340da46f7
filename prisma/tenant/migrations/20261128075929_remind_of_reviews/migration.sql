-- AlterTable
ALTER TABLE "kb_article" ADD COLUMN     "reminded_review_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "kb_article_tenant_id_review_at_idx" ON "kb_article"("tenant_id", "review_at");
