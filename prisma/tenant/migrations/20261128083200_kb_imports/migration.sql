-- CreateEnum
CREATE TYPE "KbImportStatus" AS ENUM ('reading', 'planned', 'running', 'done', 'failed', 'discarded');

-- CreateEnum
CREATE TYPE "KbImportOutcome" AS ENUM ('create', 'update', 'unchanged', 'fail');

-- CreateTable
CREATE TABLE "kb_origin" (
    "tenant_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "article_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "kb_origin_pkey" PRIMARY KEY ("tenant_id","source","external_id")
);

-- CreateTable
CREATE TABLE "kb_import" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "kind" TEXT,
    "file_id" UUID,
    "status" "KbImportStatus" NOT NULL DEFAULT 'reading',
    "is_direct" BOOLEAN NOT NULL DEFAULT false,
    "total" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "kb_import_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "kb_import_file" (
    "tenant_id" UUID NOT NULL,
    "import_id" UUID NOT NULL,
    "n" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "outcome" "KbImportOutcome" NOT NULL,
    "left_out" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "field" TEXT,
    "error" TEXT,
    "article_id" UUID,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "kb_import_file_pkey" PRIMARY KEY ("tenant_id","import_id","n")
);

-- CreateIndex
CREATE INDEX "kb_origin_tenant_id_article_id_idx" ON "kb_origin"("tenant_id", "article_id");

-- CreateIndex
CREATE INDEX "kb_import_tenant_id_person_id_created_at_idx" ON "kb_import"("tenant_id", "person_id", "created_at");

-- AddForeignKey
ALTER TABLE "kb_origin" ADD CONSTRAINT "kb_origin_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_import" ADD CONSTRAINT "kb_import_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_import_file" ADD CONSTRAINT "kb_import_file_tenant_id_import_id_fkey" FOREIGN KEY ("tenant_id", "import_id") REFERENCES "kb_import"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
