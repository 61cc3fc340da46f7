-- Run after the platform's migrations; can be run again.
DO $$
DECLARE
  here text := current_schema();
  name text;
  signature text;
  own text := '(tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid)';
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO baraza_platform, baraza_tenant', here);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO baraza_platform', here);
  EXECUTE format('REVOKE UPDATE, DELETE ON %I.platform_event FROM baraza_platform', here);
  EXECUTE format('REVOKE ALL ON %I._prisma_migrations FROM baraza_platform', here);
  -- A tenant sees its own rows of these: its admins keep their domains and see their jobs, its sign-in counts failures. The
  -- tables are the platform's, because a host must lead to one tenant, a runner works for all, and operators sign in too.
  FOREACH name IN ARRAY ARRAY['domain', 'job', 'sign_in_failure'] LOOP
    EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', here, name);
    EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', here, name);
    EXECUTE format('DROP POLICY IF EXISTS platform ON %I.%I', here, name);
    EXECUTE format('CREATE POLICY platform ON %I.%I TO baraza_platform USING (true) WITH CHECK (true)', here, name);
    EXECUTE format('DROP POLICY IF EXISTS tenant ON %I.%I', here, name);
    EXECUTE format('CREATE POLICY tenant ON %I.%I TO baraza_tenant USING %s WITH CHECK %s', here, name, own, own);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO baraza_tenant', here, name);
  END LOOP;
  -- Whether a name is another tenant's is read as the owner, and no more than that.
  EXECUTE format('DROP POLICY IF EXISTS lookup ON %I.domain', here);
  EXECUTE format('CREATE POLICY lookup ON %I.domain FOR SELECT TO current_user USING (true)', here);
  EXECUTE format('REVOKE EXECUTE ON FUNCTION %I.domain_is_taken(text) FROM PUBLIC', here);
  EXECUTE format('GRANT EXECUTE ON FUNCTION %I.domain_is_taken(text) TO baraza_tenant', here);
  -- What a deleted workspace had proven is given up as the owner, to who proves it now.
  EXECUTE format('DROP POLICY IF EXISTS release ON %I.domain', here);
  EXECUTE format(
    'CREATE POLICY release ON %1$I.domain FOR UPDATE TO current_user
       USING (EXISTS (SELECT 1 FROM %1$I.tenant t WHERE t.id = tenant_id AND t.deleted_at IS NOT NULL))', here);
  EXECUTE format('REVOKE EXECUTE ON FUNCTION %I.release_domain(text) FROM PUBLIC', here);
  EXECUTE format('GRANT EXECUTE ON FUNCTION %I.release_domain(text) TO baraza_tenant', here);
  -- What runs as the owner finds no table that its caller made for the occasion.
  FOR signature IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = here::regnamespace AND prosecdef LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, public, pg_temp', signature, here);
  END LOOP;
END $$;
