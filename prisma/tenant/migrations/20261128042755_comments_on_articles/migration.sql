-- CreateEnum
CREATE TYPE "KbCommentStatus" AS ENUM ('pending', 'approved', 'rejected');

-- CreateTable
CREATE TABLE "kb_comment" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "status" "KbCommentStatus" NOT NULL DEFAULT 'pending',
    "decided_by_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "kb_comment_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "kb_comment_tenant_id_article_id_created_at_idx" ON "kb_comment"("tenant_id", "article_id", "created_at");

-- CreateIndex
CREATE INDEX "kb_comment_tenant_id_created_at_id_idx" ON "kb_comment"("tenant_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "kb_comment_tenant_id_person_id_idx" ON "kb_comment"("tenant_id", "person_id");

-- AddForeignKey
ALTER TABLE "kb_comment" ADD CONSTRAINT "kb_comment_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_comment" ADD CONSTRAINT "kb_comment_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_comment" ADD CONSTRAINT "kb_comment_tenant_id_decided_by_id_fkey" FOREIGN KEY ("tenant_id", "decided_by_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
