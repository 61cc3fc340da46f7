-- CreateTable
CREATE TABLE "kb_picture" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "size" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "kb_picture_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "kb_picture_use" (
    "tenant_id" UUID NOT NULL,
    "picture_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "n" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "kb_picture_use_pkey" PRIMARY KEY ("tenant_id","picture_id","article_id","n")
);

-- CreateIndex
CREATE INDEX "kb_picture_tenant_id_sha256_idx" ON "kb_picture"("tenant_id", "sha256");

-- CreateIndex
CREATE INDEX "kb_picture_use_tenant_id_article_id_idx" ON "kb_picture_use"("tenant_id", "article_id");

-- AddForeignKey
ALTER TABLE "kb_picture_use" ADD CONSTRAINT "kb_picture_use_tenant_id_picture_id_fkey" FOREIGN KEY ("tenant_id", "picture_id") REFERENCES "kb_picture"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_picture_use" ADD CONSTRAINT "kb_picture_use_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
