-- Run after the migrations of every tenant schema; can be run again. A table
-- with a tenant_id is isolated without anyone having to remember it.
DO $$
DECLARE
  here text := current_schema();
  name text;
  signature text;
  columns text;
  own text := '(tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid)';
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO baraza_tenant, baraza_relay', here);
  FOR name IN
    SELECT c.relname FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relnamespace = here::regnamespace AND c.relkind IN ('r', 'p')
  LOOP
    EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', here, name);
    EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', here, name);
    EXECUTE format('DROP POLICY IF EXISTS tenant ON %I.%I', here, name);
    EXECUTE format('CREATE POLICY tenant ON %I.%I TO baraza_tenant USING %s WITH CHECK %s', here, name, own, own);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO baraza_tenant', here, name);
  END LOOP;
  -- What happened cannot be made not to have happened, nor be given a place by whoever wrote it.
  EXECUTE format('REVOKE UPDATE, DELETE ON %I.event FROM baraza_tenant', here);
  IF to_regproc(format('%I.seal_events', here)) IS NOT NULL THEN
    SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
      WHERE attrelid = format('%I.event', here)::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('n', 'seq', 'hash');
    EXECUTE format('REVOKE INSERT ON %I.event FROM baraza_tenant', here);
    EXECUTE format('GRANT INSERT (%s) ON %I.event TO baraza_tenant', columns, here);
    -- Places, seals and the head of the chain are written by the owner's function alone, and for the tenant at work alone.
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON %I.event_head FROM baraza_tenant', here);
    EXECUTE format('DROP POLICY IF EXISTS chain ON %I.event_head', here);
    EXECUTE format('CREATE POLICY chain ON %I.event_head TO current_user USING %s WITH CHECK %s', here, own, own);
    EXECUTE format('DROP POLICY IF EXISTS seal ON %I.event', here);
    EXECUTE format('CREATE POLICY seal ON %I.event FOR UPDATE TO current_user USING %s WITH CHECK %s', here, own, own);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %I.seal_events(integer) FROM PUBLIC', here);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.seal_events(integer) TO baraza_tenant', here);
    -- The relay may see what is not sealed yet: how much, and since when.
    EXECUTE format('GRANT SELECT (tenant_id, n, seq, occurred_at) ON %I.event TO baraza_relay', here);
    EXECUTE format('DROP POLICY IF EXISTS relay ON %I.event', here);
    EXECUTE format('CREATE POLICY relay ON %I.event FOR SELECT TO baraza_relay USING (seq IS NULL)', here);
  END IF;
  -- The trail of a workspace that is purged goes by the owner's function, of the tenant at work alone.
  IF to_regproc(format('%I.purge_trail', here)) IS NOT NULL THEN
    EXECUTE format('DROP POLICY IF EXISTS purge ON %I.event', here);
    EXECUTE format('CREATE POLICY purge ON %I.event TO current_user USING %s WITH CHECK (false)', here, own);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %I.purge_trail(integer) FROM PUBLIC', here);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.purge_trail(integer) TO baraza_tenant', here);
  END IF;
  -- The search's function reads as the owner: the words of the tenant at work, and which of its tickets the asker may see.
  IF to_regclass(format('%I.ticket_search', here)) IS NOT NULL THEN
    EXECUTE format('DROP POLICY IF EXISTS lookup ON %I.ticket_search', here);
    EXECUTE format('CREATE POLICY lookup ON %I.ticket_search FOR SELECT TO current_user USING (true)', here);
    FOREACH name IN ARRAY ARRAY['ticket', 'watcher'] LOOP
      EXECUTE format('DROP POLICY IF EXISTS lookup ON %I.%I', here, name);
      EXECUTE format('CREATE POLICY lookup ON %I.%I FOR SELECT TO current_user USING %s', here, name, own);
    END LOOP;
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %I.search_tickets(tsquery, integer, uuid[], uuid, uuid[]) FROM PUBLIC', here);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.search_tickets(tsquery, integer, uuid[], uuid, uuid[]) TO baraza_tenant', here);
  END IF;
  -- So does the search of mail that came in.
  IF to_regproc(format('%I.search_mail', here)) IS NOT NULL THEN
    EXECUTE format('DROP POLICY IF EXISTS lookup ON %I.inbound_mail', here);
    EXECUTE format('CREATE POLICY lookup ON %I.inbound_mail FOR SELECT TO current_user USING (true)', here);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %I.search_mail(tsquery, integer, timestamptz, uuid) FROM PUBLIC', here);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.search_mail(tsquery, integer, timestamptz, uuid) TO baraza_tenant', here);
  END IF;
  -- The relay may ask which workspaces have an account of an address that somebody gave; it reads no person.
  IF to_regproc(format('%I.tenants_with_account', here)) IS NOT NULL THEN
    EXECUTE format('DROP POLICY IF EXISTS lookup ON %I.person', here);
    EXECUTE format('CREATE POLICY lookup ON %I.person FOR SELECT TO current_user USING (status = ''active'' AND deleted_at IS NULL)', here);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %I.tenants_with_account(text) FROM PUBLIC', here);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.tenants_with_account(text) TO baraza_relay', here);
  END IF;
  -- What runs as the owner finds no table that its caller made for the occasion.
  FOR signature IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = here::regnamespace AND prosecdef LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, public, pg_temp', signature, here);
  END LOOP;
  -- The relay may see that something waits, and for whom; not what.
  FOREACH name IN ARRAY ARRAY['event_delivery', 'notification_send', 'sla_clock'] LOOP
    CONTINUE WHEN to_regclass(format('%I.%I', here, name)) IS NULL;
    EXECUTE format('GRANT SELECT ON %I.%I TO baraza_relay', here, name);
    EXECUTE format('DROP POLICY IF EXISTS relay ON %I.%I', here, name);
    EXECUTE format('CREATE POLICY relay ON %I.%I FOR SELECT TO baraza_relay USING (true)', here, name);
  END LOOP;
END $$;
