-- The actions of an escalation have the shapes of every other action. Forced again by secure.sql, which runs after every migration.
ALTER TABLE "sla_escalation" NO FORCE ROW LEVEL SECURITY;
UPDATE "sla_escalation" e SET actions = (
  SELECT jsonb_agg(CASE a->>'kind'
      WHEN 'assign' THEN jsonb_build_object('kind', 'assign', 'assigneeId', a->'personId')
      WHEN 'priority' THEN jsonb_build_object('kind', 'raise_priority', 'priority', a->'priority')
      WHEN 'tag' THEN jsonb_build_object('kind', 'tags', 'add', jsonb_build_array(a->'tag'), 'remove', '[]'::jsonb)
      ELSE a END ORDER BY place)
  FROM jsonb_array_elements(e.actions) WITH ORDINALITY AS each(a, place))
WHERE jsonb_array_length(e.actions) > 0;
