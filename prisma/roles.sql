-- The roles the application works in; it takes one at the start of each
-- transaction. None may log in, own anything or pass row-level security.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['baraza_tenant', 'baraza_platform', 'baraza_relay', 'baraza_jobs'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS NOSUPERUSER', name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL; -- roles belong to the whole cluster; another database made it
    END;
    IF NOT pg_has_role(current_user, name, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO current_user', name);
    END IF;
  END LOOP;
END $$;
