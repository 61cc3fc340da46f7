-- CreateEnum
CREATE TYPE "KbVoteReason" AS ENUM ('unclear', 'incomplete', 'incorrect', 'outdated', 'other');

-- CreateTable
CREATE TABLE "kb_vote" (
    "tenant_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "voter" TEXT NOT NULL,
    "is_helpful" BOOLEAN NOT NULL,
    "reason" "KbVoteReason",
    "text" TEXT NOT NULL DEFAULT '',
    "n" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "kb_vote_pkey" PRIMARY KEY ("tenant_id","article_id","voter")
);

-- CreateTable
CREATE TABLE "kb_article_day" (
    "tenant_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "views" INTEGER NOT NULL DEFAULT 0,
    "seconds" INTEGER NOT NULL DEFAULT 0,
    "readings" INTEGER NOT NULL DEFAULT 0,
    "copies" INTEGER NOT NULL DEFAULT 0,
    "prints" INTEGER NOT NULL DEFAULT 0,
    "choices" INTEGER NOT NULL DEFAULT 0,
    "suggested" INTEGER NOT NULL DEFAULT 0,
    "sent" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "kb_article_day_pkey" PRIMARY KEY ("tenant_id","article_id","day")
);

-- CreateTable
CREATE TABLE "kb_search_day" (
    "tenant_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "locale" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "searches" INTEGER NOT NULL DEFAULT 0,
    "missed" INTEGER NOT NULL DEFAULT 0,
    "choices" INTEGER[] DEFAULT ARRAY[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]::INTEGER[],

    CONSTRAINT "kb_search_day_pkey" PRIMARY KEY ("tenant_id","day","locale","query")
);

-- CreateIndex
CREATE INDEX "kb_vote_tenant_id_updated_at_idx" ON "kb_vote"("tenant_id", "updated_at");

-- CreateIndex
CREATE INDEX "kb_article_day_tenant_id_day_idx" ON "kb_article_day"("tenant_id", "day");

-- AddForeignKey
ALTER TABLE "kb_vote" ADD CONSTRAINT "kb_vote_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_article_day" ADD CONSTRAINT "kb_article_day_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
