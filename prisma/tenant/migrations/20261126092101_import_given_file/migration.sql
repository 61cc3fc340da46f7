-- An import keeps the table as it was given. What is under way is written as the table it would have come from.
ALTER TABLE "contact_import" NO FORCE ROW LEVEL SECURITY; -- forced again by secure.sql, which runs after every migration

ALTER TABLE "contact_import" ADD COLUMN     "csv" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "mapping" JSONB NOT NULL DEFAULT '{}';

UPDATE "contact_import" SET
  mapping = '{"name":"name","email":"email","phone":"phone","organisation":"organisation","tier":"tier","tags":"tags","notes":"notes"}',
  csv = 'name,email,phone,organisation,tier,tags,notes' || (
    SELECT coalesce(string_agg(E'\n' || (
      SELECT string_agg('"' || replace(cell, '"', '""') || '"', ',' ORDER BY place) FROM unnest(ARRAY[
        CASE WHEN (kept -> 'row' ->> 'isNamed')::boolean THEN kept -> 'row' ->> 'name' ELSE '' END,
        (SELECT coalesce(string_agg(each, ', '), '') FROM jsonb_array_elements_text(kept -> 'row' -> 'emails') AS each),
        (SELECT coalesce(string_agg(each, ', '), '') FROM jsonb_array_elements_text(kept -> 'row' -> 'phones') AS each),
        coalesce(kept -> 'row' ->> 'organisation', ''),
        coalesce(kept -> 'row' ->> 'tier', ''),
        (SELECT coalesce(string_agg(each, ', '), '') FROM jsonb_array_elements_text(kept -> 'row' -> 'tags') AS each),
        coalesce(kept -> 'row' ->> 'notes', '')
      ]) WITH ORDINALITY AS cells(cell, place)
    ), '' ORDER BY number), '') FROM jsonb_array_elements(rows) WITH ORDINALITY AS all_rows(kept, number))
WHERE status = 'running';

-- With no line left to bring, it is done.
UPDATE "contact_import" SET status = 'done', csv = '', mapping = '{}', finished_at = now() WHERE status = 'running' AND rows = '[]';

ALTER TABLE "contact_import" DROP COLUMN "rows",
ALTER COLUMN "csv" DROP DEFAULT,
ALTER COLUMN "mapping" DROP DEFAULT;
