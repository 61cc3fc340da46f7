-- Tickets are found by more of what is said of them, and words are cut in another way: whatever has version 1 is written
-- anew by the sweep, and found as before until then.
-- AlterTable
ALTER TABLE "ticket_search" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "search_word" ADD COLUMN     "ending" TEXT COLLATE "C" NOT NULL DEFAULT '';
-- Forced again by secure.sql, which runs after every migration.
ALTER TABLE "search_word" NO FORCE ROW LEVEL SECURITY;
UPDATE "search_word" SET "ending" = reverse("word");

-- CreateIndex
CREATE INDEX "ticket_search_tenant_id_version_idx" ON "ticket_search"("tenant_id", "version");

-- CreateIndex
CREATE INDEX "search_word_tenant_id_ending_idx" ON "search_word"("tenant_id", "ending");

-- What foldText of lib/core/words.ts does; search.suite.ts compares the two.
CREATE FUNCTION "fold_text"(said TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(said) = length(said) THEN lower(said) ELSE
    replace(replace(replace(replace(replace(
      translate(lower(normalize(regexp_replace(normalize(regexp_replace(replace(said, '№', ' no '), '[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]', '', 'g'), NFKD),
          '[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]', '', 'g'), NFC)),
        'ςłŁđĐðÐøØıħĦŧŦƀɃɨƗʉɄĸɖƉɗƊɓƁɛƐɔƆ', 'σllddddooihhttbbiiuukddddbbeeoo'),
      'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ŋ', 'ng')
  END
$$;
