-- AlterTable
ALTER TABLE "kb_article" ADD COLUMN     "source_n" INTEGER;

-- Forced again by secure.sql, which runs after every migration.
ALTER TABLE "kb_article" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "kb_article_version" NO FORCE ROW LEVEL SECURITY;
-- A translation that was saved after a version of its source was published has that version; one that was not is older.
UPDATE "kb_article" a SET source_n = (
  SELECT count(*)::int FROM "kb_article_version" v WHERE v.tenant_id = s.tenant_id AND v.article_id = s.id AND v.created_at <= a.updated_at)
FROM "kb_article" s WHERE s.tenant_id = a.tenant_id AND s.id = a.source_id AND s.last_n > 0;
