-- Finding the workspaces of an address asks each schema once, not each workspace.
CREATE INDEX "person_account" ON "person"("email") WHERE "status" = 'active' AND "deleted_at" IS NULL;

-- Runs as the owner, for the relay alone: which workspaces have an account of an address, and nothing of the account.
CREATE FUNCTION "tenants_with_account"(address TEXT) RETURNS TABLE (id UUID)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT "tenant_id" FROM "person" WHERE "email" = address AND "status" = 'active' AND "deleted_at" IS NULL
$$;
