-- AlterTable
ALTER TABLE "inbound_mail" ADD COLUMN     "search_words" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateIndex
CREATE INDEX "inbound_mail_tenant_id_mailbox_id_received_at_id_idx" ON "inbound_mail"("tenant_id", "mailbox_id", "received_at", "id");

-- As with tickets, the index over words is asked by a function that runs as the owner: the words of the tenant at work alone, the
-- newest mail first, from a place on. Who may see what it finds is decided by whoever asks.
CREATE INDEX "inbound_mail_search_words_idx" ON "inbound_mail" USING GIN (array_to_tsvector("search_words"));
CREATE FUNCTION "search_mail"(query tsquery, most INTEGER, received TIMESTAMPTZ DEFAULT NULL, mail UUID DEFAULT NULL)
  RETURNS TABLE (id UUID, received_at TIMESTAMPTZ) LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT f.id, f.received_at FROM (
    SELECT m.id, m.received_at FROM inbound_mail m
    WHERE m.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND array_to_tsvector(m.search_words) @@ query
      AND (received IS NULL OR (m.received_at, m.id) < (received, mail))
    OFFSET 0
  ) f ORDER BY f.received_at DESC, f.id DESC LIMIT most
$$;

-- What came before is found by its sender and subject. Forced again by secure.sql, which runs after every migration.
ALTER TABLE "inbound_mail" NO FORCE ROW LEVEL SECURITY;
UPDATE "inbound_mail" SET "search_words" = ARRAY(
  SELECT DISTINCT right(tenant_id::text, 8) || ':' || left(w, 60)
  FROM regexp_split_to_table(fold_text(concat_ws(' ', from_name, from_address, subject)), '[^[:alnum:]]+') AS w WHERE w <> ''
) WHERE from_address IS NOT NULL OR subject IS NOT NULL;
