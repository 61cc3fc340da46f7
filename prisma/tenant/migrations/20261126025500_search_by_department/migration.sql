-- The words of a ticket say which department it is in, so that the index itself leaves out what is hidden from the asker:
-- a word that is common elsewhere costs them nothing. What was written before version 3 does not say so yet; it is looked at
-- by its words alone while there is any.
CREATE OR REPLACE FUNCTION "search_tickets"(query tsquery, most INTEGER, departments UUID[] DEFAULT NULL, person UUID DEFAULT NULL, tickets UUID[] DEFAULT NULL)
  RETURNS UUID[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  -- A ticket is found twice at most: by its department, and because it is one of theirs.
  SELECT coalesce(array_agg(DISTINCT f.id), '{}') FROM (
    SELECT c.id FROM (
      SELECT s.ticket_id AS id FROM ticket_search s
      WHERE departments IS NULL AND s.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND s.document @@ query
      UNION ALL
      SELECT s.ticket_id FROM ticket_search s
      WHERE s.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND s.document @@ (query && (
        SELECT string_agg('''' || right(current_setting('app.tenant_id', true), 8) || ':@' || d || '''', ' | ')::tsquery FROM unnest(departments) AS d))
      UNION ALL
      SELECT s.ticket_id FROM ticket_search s
      WHERE departments IS NOT NULL
        AND (SELECT EXISTS (SELECT 1 FROM ticket_search o WHERE o.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND o.version < 3))
        AND s.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND s.document @@ query AND s.version < 3
      UNION ALL
      SELECT o.id FROM (
        SELECT t.id FROM ticket t WHERE t.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND t.assignee_id = person
          AND (t.department_id = ANY(departments)) IS NOT TRUE
        UNION SELECT x.ticket_id FROM watcher x WHERE x.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND x.person_id = person
        UNION SELECT unnest(tickets)
      ) o CROSS JOIN LATERAL (
        SELECT s.document FROM ticket_search s
        WHERE s.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND s.ticket_id = o.id OFFSET 0
      ) d WHERE d.document @@ query
    ) c
    WHERE departments IS NULL OR EXISTS (
      SELECT 1 FROM ticket t WHERE t.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND t.id = c.id AND t.deleted_at IS NULL
        AND (t.department_id = ANY(departments) OR t.id = ANY(tickets) OR t.assignee_id = person
          OR EXISTS (SELECT 1 FROM watcher x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id AND x.person_id = person)))
    LIMIT 2 * most
  ) f
$$;
