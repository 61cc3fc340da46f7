-- CreateEnum
CREATE TYPE "KbAudience" AS ENUM ('public', 'customers', 'agents');

-- CreateEnum
CREATE TYPE "KbStatus" AS ENUM ('draft', 'in_review', 'approved', 'scheduled', 'published', 'archived');

-- CreateEnum
CREATE TYPE "KbSlugKind" AS ENUM ('article', 'category');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "DeletionKind" ADD VALUE 'kb_article';
ALTER TYPE "DeletionKind" ADD VALUE 'kb_category';

-- CreateTable
CREATE TABLE "kb_settings" (
    "tenant_id" UUID NOT NULL,
    "title" TEXT,
    "description" TEXT NOT NULL DEFAULT '',
    "is_public" BOOLEAN NOT NULL DEFAULT true,
    "requires_approval" BOOLEAN NOT NULL DEFAULT false,
    "allows_self_approval" BOOLEAN NOT NULL DEFAULT false,
    "articles_per_page" INTEGER NOT NULL DEFAULT 12,
    "has_votes" BOOLEAN NOT NULL DEFAULT true,
    "has_comments" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "kb_settings_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "kb_category" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "parent_id" UUID,
    "locale" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "slug" TEXT NOT NULL,
    "seo_title" TEXT NOT NULL DEFAULT '',
    "seo_description" TEXT NOT NULL DEFAULT '',
    "seo_keywords" TEXT NOT NULL DEFAULT '',
    "icon" TEXT NOT NULL DEFAULT 'folder',
    "colour" TEXT NOT NULL DEFAULT 'grey',
    "sort_order" INTEGER NOT NULL DEFAULT 0,
    "audience" "KbAudience" NOT NULL DEFAULT 'public',
    "effective_audience" "KbAudience" NOT NULL DEFAULT 'public',
    "level" INTEGER NOT NULL DEFAULT 1,
    "is_featured" BOOLEAN NOT NULL DEFAULT false,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "kb_category_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "kb_category_translation" (
    "tenant_id" UUID NOT NULL,
    "category_id" UUID NOT NULL,
    "locale" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "slug" TEXT NOT NULL,
    "seo_title" TEXT NOT NULL DEFAULT '',
    "seo_description" TEXT NOT NULL DEFAULT '',
    "seo_keywords" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "kb_category_translation_pkey" PRIMARY KEY ("tenant_id","category_id","locale")
);

-- CreateTable
CREATE TABLE "kb_article" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "category_id" UUID NOT NULL,
    "locale" TEXT NOT NULL,
    "source_id" UUID,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "content" TEXT NOT NULL DEFAULT '',
    "content_text" TEXT NOT NULL DEFAULT '',
    "excerpt" TEXT NOT NULL DEFAULT '',
    "seo_title" TEXT NOT NULL DEFAULT '',
    "seo_description" TEXT NOT NULL DEFAULT '',
    "seo_keywords" TEXT NOT NULL DEFAULT '',
    "canonical_url" TEXT,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "reading_minutes" INTEGER NOT NULL DEFAULT 1,
    "status" "KbStatus" NOT NULL DEFAULT 'draft',
    "audience" "KbAudience" NOT NULL DEFAULT 'public',
    "effective_audience" "KbAudience" NOT NULL DEFAULT 'public',
    "is_pinned" BOOLEAN NOT NULL DEFAULT false,
    "is_featured" BOOLEAN NOT NULL DEFAULT false,
    "sort_order" INTEGER NOT NULL DEFAULT 0,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "author_id" UUID,
    "edited_by_id" UUID,
    "approved_by_id" UUID,
    "approved_at" TIMESTAMPTZ(3),
    "rejection_reason" TEXT,
    "review_at" TIMESTAMPTZ(3),
    "last_reviewed_at" TIMESTAMPTZ(3),
    "scheduled_at" TIMESTAMPTZ(3),
    "scheduled_zone" TEXT,
    "published_n" INTEGER,
    "published_at" TIMESTAMPTZ(3),
    "first_published_at" TIMESTAMPTZ(3),
    "last_n" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "kb_article_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "kb_article_reviewer" (
    "tenant_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,

    CONSTRAINT "kb_article_reviewer_pkey" PRIMARY KEY ("tenant_id","article_id","person_id")
);

-- CreateTable
CREATE TABLE "kb_article_version" (
    "tenant_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "n" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "content_text" TEXT NOT NULL,
    "excerpt" TEXT NOT NULL,
    "seo_title" TEXT NOT NULL,
    "seo_description" TEXT NOT NULL,
    "seo_keywords" TEXT NOT NULL,
    "canonical_url" TEXT,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "reading_minutes" INTEGER NOT NULL,
    "published_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "kb_article_version_pkey" PRIMARY KEY ("tenant_id","article_id","n")
);

-- CreateTable
CREATE TABLE "kb_slug" (
    "tenant_id" UUID NOT NULL,
    "kind" "KbSlugKind" NOT NULL,
    "locale" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "article_id" UUID,
    "category_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "kb_slug_pkey" PRIMARY KEY ("tenant_id","kind","locale","slug")
);

-- CreateIndex
CREATE INDEX "kb_category_tenant_id_parent_id_idx" ON "kb_category"("tenant_id", "parent_id");

-- CreateIndex
CREATE INDEX "kb_article_tenant_id_updated_at_id_idx" ON "kb_article"("tenant_id", "updated_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "kb_article_tenant_id_category_id_idx" ON "kb_article"("tenant_id", "category_id");

-- CreateIndex
CREATE INDEX "kb_article_tenant_id_author_id_idx" ON "kb_article"("tenant_id", "author_id");

-- CreateIndex
CREATE INDEX "kb_article_tenant_id_source_id_idx" ON "kb_article"("tenant_id", "source_id");

-- CreateIndex
CREATE INDEX "kb_article_reviewer_tenant_id_person_id_idx" ON "kb_article_reviewer"("tenant_id", "person_id");

-- CreateIndex
CREATE INDEX "kb_slug_tenant_id_article_id_idx" ON "kb_slug"("tenant_id", "article_id");

-- CreateIndex
CREATE INDEX "kb_slug_tenant_id_category_id_idx" ON "kb_slug"("tenant_id", "category_id");

-- AddForeignKey
ALTER TABLE "kb_category" ADD CONSTRAINT "kb_category_tenant_id_parent_id_fkey" FOREIGN KEY ("tenant_id", "parent_id") REFERENCES "kb_category"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_category_translation" ADD CONSTRAINT "kb_category_translation_tenant_id_category_id_fkey" FOREIGN KEY ("tenant_id", "category_id") REFERENCES "kb_category"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_article" ADD CONSTRAINT "kb_article_tenant_id_category_id_fkey" FOREIGN KEY ("tenant_id", "category_id") REFERENCES "kb_category"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_article" ADD CONSTRAINT "kb_article_tenant_id_source_id_fkey" FOREIGN KEY ("tenant_id", "source_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_article" ADD CONSTRAINT "kb_article_tenant_id_author_id_fkey" FOREIGN KEY ("tenant_id", "author_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_article" ADD CONSTRAINT "kb_article_tenant_id_edited_by_id_fkey" FOREIGN KEY ("tenant_id", "edited_by_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_article" ADD CONSTRAINT "kb_article_tenant_id_approved_by_id_fkey" FOREIGN KEY ("tenant_id", "approved_by_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_article_reviewer" ADD CONSTRAINT "kb_article_reviewer_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_article_reviewer" ADD CONSTRAINT "kb_article_reviewer_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_article_version" ADD CONSTRAINT "kb_article_version_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_article_version" ADD CONSTRAINT "kb_article_version_tenant_id_published_by_id_fkey" FOREIGN KEY ("tenant_id", "published_by_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_slug" ADD CONSTRAINT "kb_slug_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_slug" ADD CONSTRAINT "kb_slug_tenant_id_category_id_fkey" FOREIGN KEY ("tenant_id", "category_id") REFERENCES "kb_category"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- An article has one living translation in each language.
CREATE UNIQUE INDEX "kb_article_translation_key" ON "kb_article" ("tenant_id", coalesce("source_id", "id"), "locale") WHERE "deleted_at" IS NULL;

-- What readers list: pinned articles first, then by their order, the newest first.
CREATE INDEX "kb_article_published_idx" ON "kb_article" ("tenant_id", "is_pinned" DESC, (-"sort_order") DESC, "published_at" DESC, "id" DESC) WHERE "published_n" IS NOT NULL AND "deleted_at" IS NULL;

-- What is due to be published.
CREATE INDEX "kb_article_scheduled_idx" ON "kb_article" ("tenant_id", "scheduled_at") WHERE "status" = 'scheduled' AND "deleted_at" IS NULL;

ALTER TABLE "kb_category" ADD CONSTRAINT "kb_category_level" CHECK ("level" BETWEEN 1 AND 5);
ALTER TABLE "kb_category" ADD CONSTRAINT "kb_category_effective_audience" CHECK ("effective_audience" >= "audience");
ALTER TABLE "kb_article" ADD CONSTRAINT "kb_article_effective_audience" CHECK ("effective_audience" >= "audience");
ALTER TABLE "kb_article" ADD CONSTRAINT "kb_article_scheduled" CHECK (("status" = 'scheduled') = ("scheduled_at" IS NOT NULL));
ALTER TABLE "kb_slug" ADD CONSTRAINT "kb_slug_owner" CHECK (("article_id" IS NOT NULL) = ("kind" = 'article') AND ("category_id" IS NOT NULL) = ("kind" = 'category'));

-- Every workspace has its settings. Row-level security is forced again by secure.sql, which runs after every migration.
ALTER TABLE "workspace" NO FORCE ROW LEVEL SECURITY;
INSERT INTO "kb_settings" ("tenant_id") SELECT "tenant_id" FROM "workspace";
