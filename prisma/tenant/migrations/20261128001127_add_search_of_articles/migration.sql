-- CreateTable
CREATE TABLE "kb_search_article" (
    "tenant_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "n" INTEGER NOT NULL,
    "language" TEXT NOT NULL,
    "effective_audience" "KbAudience" NOT NULL,
    "words" TEXT[],
    "title_length" INTEGER NOT NULL,
    "document_length" INTEGER NOT NULL,
    "passages" INTEGER NOT NULL,
    "passage_length" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "kb_search_article_pkey" PRIMARY KEY ("tenant_id","article_id")
);

-- CreateTable
CREATE TABLE "kb_passage" (
    "tenant_id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "anchor" TEXT NOT NULL,
    "headings" TEXT[],
    "text" TEXT NOT NULL,

    CONSTRAINT "kb_passage_pkey" PRIMARY KEY ("tenant_id","article_id","position")
);

-- CreateTable
CREATE TABLE "kb_posting" (
    "tenant_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "term" TEXT COLLATE "C" NOT NULL,
    "article_id" UUID NOT NULL,
    "title" SMALLINT NOT NULL,
    "title_length" SMALLINT NOT NULL,
    "document" SMALLINT NOT NULL,
    "document_length" INTEGER NOT NULL,
    "passages" SMALLINT[],
    "counts" SMALLINT[],
    "lengths" SMALLINT[],

    CONSTRAINT "kb_posting_pkey" PRIMARY KEY ("tenant_id","language","term","article_id")
);

-- CreateTable
CREATE TABLE "kb_term" (
    "tenant_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "term" TEXT COLLATE "C" NOT NULL,
    "effective_audience" "KbAudience" NOT NULL,
    "articles" INTEGER NOT NULL,

    CONSTRAINT "kb_term_pkey" PRIMARY KEY ("tenant_id","language","term","effective_audience")
);

-- CreateTable
CREATE TABLE "kb_word" (
    "tenant_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "word" TEXT COLLATE "C" NOT NULL,
    "effective_audience" "KbAudience" NOT NULL,
    "length" SMALLINT NOT NULL,
    "letters" INTEGER NOT NULL,
    "articles" INTEGER NOT NULL,

    CONSTRAINT "kb_word_pkey" PRIMARY KEY ("tenant_id","language","word","effective_audience")
);

-- CreateTable
CREATE TABLE "kb_search_total" (
    "tenant_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "effective_audience" "KbAudience" NOT NULL,
    "articles" INTEGER NOT NULL,
    "title_length" BIGINT NOT NULL,
    "document_length" BIGINT NOT NULL,
    "passages" BIGINT NOT NULL,
    "passage_length" BIGINT NOT NULL,

    CONSTRAINT "kb_search_total_pkey" PRIMARY KEY ("tenant_id","language","effective_audience")
);

-- CreateTable
CREATE TABLE "kb_synonym" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "words" TEXT[],
    "terms" TEXT[],
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "kb_synonym_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "kb_search_article_tenant_id_version_idx" ON "kb_search_article"("tenant_id", "version");

-- CreateIndex
CREATE INDEX "kb_posting_tenant_id_article_id_idx" ON "kb_posting"("tenant_id", "article_id");

-- CreateIndex
CREATE INDEX "kb_word_tenant_id_language_length_idx" ON "kb_word"("tenant_id", "language", "length");

-- CreateIndex
CREATE INDEX "kb_synonym_tenant_id_language_idx" ON "kb_synonym"("tenant_id", "language");

-- AddForeignKey
ALTER TABLE "kb_search_article" ADD CONSTRAINT "kb_search_article_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_article"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_passage" ADD CONSTRAINT "kb_passage_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_search_article"("tenant_id", "article_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kb_posting" ADD CONSTRAINT "kb_posting_tenant_id_article_id_fkey" FOREIGN KEY ("tenant_id", "article_id") REFERENCES "kb_search_article"("tenant_id", "article_id") ON DELETE CASCADE ON UPDATE CASCADE;
