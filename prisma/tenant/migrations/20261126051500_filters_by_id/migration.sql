-- Stored filters name departments, categories, people and organisations by their ids. What names nothing stays as it is, and is shown
-- as gone. Forced again by secure.sql, which runs after every migration.
ALTER TABLE "view" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "sla_policy" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "department" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "category" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "person" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "organisation" NO FORCE ROW LEVEL SECURITY;

DO $$
DECLARE
  kept record;
  rest text;
  made text;
  part text;
  field text;
  wanted text;
  meant text;
BEGIN
  FOR kept IN SELECT 'view' AS source, tenant_id, id, filter FROM "view" UNION ALL SELECT 'sla_policy', tenant_id, id, filter FROM "sla_policy" LOOP
    rest := kept.filter;
    made := '';
    WHILE rest <> '' LOOP
      -- A field, by a name that begins with a letter, with something behind the colon.
      part := substring(rest from '^[[:alpha:]_][[:alnum:]_.-]*:(?:>=|<=|>|<|=)?(?=[^[:space:]/])');
      IF part IS NULL THEN
        -- Words, quoted or not; else one sign.
        part := coalesce(substring(rest from '^"(?:\\.|[^"\\])*"'), substring(rest from '^[^[:space:]():"-][^[:space:]():"]*'), left(rest, 1));
        made := made || part;
        rest := substr(rest, length(part) + 1);
        CONTINUE;
      END IF;
      field := lower(substring(part from '^[^:]*'));
      made := made || part;
      rest := substr(rest, length(part) + 1);
      LOOP
        part := substring(rest from '^(?:"(?:\\.|[^"\\])*"|[^[:space:](),"]+)');
        EXIT WHEN part IS NULL;
        rest := substr(rest, length(part) + 1);
        wanted := lower(CASE WHEN left(part, 1) = '"' THEN regexp_replace(substr(part, 2, length(part) - 2), '\\(.)', '\1', 'g') ELSE part END);
        meant := NULL;
        IF field IN ('department', 'category', 'assignee', 'organisation') AND wanted NOT IN ('none', 'any')
          AND NOT (field = 'assignee' AND wanted = 'me') AND NOT (field = 'organisation' AND position('*' in wanted) > 0)
          AND wanted !~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN
          -- As it was understood until now; what was deleted only where nothing else goes by that name.
          WITH named AS (
            SELECT 'department' AS kind, id, name, slug AS other, deleted_at IS NOT NULL AS is_gone FROM "department" WHERE tenant_id = kept.tenant_id
            UNION ALL SELECT 'category', c.id, c.name, c.name, c.deleted_at IS NOT NULL FROM "category" c WHERE c.tenant_id = kept.tenant_id
            UNION ALL SELECT 'assignee', id, name, email, deleted_at IS NOT NULL OR role = 'customer' FROM "person" WHERE tenant_id = kept.tenant_id
            UNION ALL SELECT 'organisation', id, name, name, deleted_at IS NOT NULL FROM "organisation" WHERE tenant_id = kept.tenant_id
          ), found AS (
            SELECT id, is_gone FROM named WHERE kind = field AND (lower(name) = wanted OR lower(other) = wanted
              OR (field <> 'organisation' AND starts_with(lower(name), wanted || ' ')))
          )
          SELECT string_agg(id::text, ',' ORDER BY id) INTO meant FROM found
            WHERE NOT is_gone OR NOT EXISTS (SELECT 1 FROM found WHERE NOT is_gone);
        END IF;
        made := made || coalesce(meant, part);
        EXIT WHEN left(rest, 1) <> ',';
        made := made || ',';
        rest := substr(rest, 2);
      END LOOP;
    END LOOP;
    IF made <> kept.filter AND kept.source = 'view' THEN
      UPDATE "view" SET filter = made WHERE tenant_id = kept.tenant_id AND id = kept.id;
    ELSIF made <> kept.filter THEN
      UPDATE "sla_policy" SET filter = made WHERE tenant_id = kept.tenant_id AND id = kept.id;
    END IF;
  END LOOP;
END $$;
