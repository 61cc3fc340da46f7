-- CreateIndex
CREATE INDEX "kb_comment_tenant_id_status_created_at_id_idx" ON "kb_comment"("tenant_id", "status", "created_at" DESC, "id" DESC);
