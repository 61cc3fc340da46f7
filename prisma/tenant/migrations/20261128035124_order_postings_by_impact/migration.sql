-- AlterTable
ALTER TABLE "kb_posting" ADD COLUMN     "impact" SMALLINT NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "kb_posting_tenant_id_language_term_impact_idx" ON "kb_posting"("tenant_id", "language", "term", "impact" DESC);
