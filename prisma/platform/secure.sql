-- Run after the platform's migrations; can be run again.
DO $$
DECLARE
  here text := current_schema();
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO baraza_platform, baraza_tenant', here);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO baraza_platform', here);
  EXECUTE format('REVOKE UPDATE, DELETE ON %I.platform_event FROM baraza_platform', here);
  EXECUTE format('REVOKE ALL ON %I._prisma_migrations FROM baraza_platform', here);
  -- A tenant's admins keep their own domains; the table is the platform's, because a host must lead to one tenant.
  EXECUTE format('ALTER TABLE %I.domain ENABLE ROW LEVEL SECURITY', here);
  EXECUTE format('ALTER TABLE %I.domain FORCE ROW LEVEL SECURITY', here);
  EXECUTE format('DROP POLICY IF EXISTS platform ON %I.domain', here);
  EXECUTE format('CREATE POLICY platform ON %I.domain TO baraza_platform USING (true) WITH CHECK (true)', here);
  EXECUTE format('DROP POLICY IF EXISTS tenant ON %I.domain', here);
  EXECUTE format(
    'CREATE POLICY tenant ON %I.domain TO baraza_tenant '
    || 'USING (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid) '
    || 'WITH CHECK (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid)', here);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.domain TO baraza_tenant', here);
END $$;
