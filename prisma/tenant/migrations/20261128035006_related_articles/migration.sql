-- CreateTable
CREATE TABLE "kb_related" (
    "tenant_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "related_id" UUID NOT NULL,
    "position" SMALLINT NOT NULL,

    CONSTRAINT "kb_related_pkey" PRIMARY KEY ("tenant_id","article_id","related_id")
);

-- CreateIndex
CREATE INDEX "kb_related_tenant_id_related_id_idx" ON "kb_related"("tenant_id", "related_id");

-- AddForeignKey
ALTER TABLE "kb_related" ADD CONSTRAINT "kb_related_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_related" ADD CONSTRAINT "kb_related_tenant_id_related_id_fkey" FOREIGN KEY ("tenant_id", "related_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
