-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "purging_at" TIMESTAMPTZ(3);

-- A deleted workspace holds nothing against who proves a name by the DNS: it gives the name up, also if it is restored later.
CREATE OR REPLACE FUNCTION "domain_is_taken"(name TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT EXISTS (
    SELECT 1 FROM domain d JOIN tenant t ON t.id = d.tenant_id
    WHERE d.hostname = domain_is_taken.name AND d.status = 'verified' AND t.deleted_at IS NULL
      AND d.tenant_id IS DISTINCT FROM NULLIF(current_setting('app.tenant_id', true), '')::uuid)
$$;

-- Takes a name from the deleted workspace that had proven it; the living keep theirs.
CREATE FUNCTION "release_domain"(name TEXT) RETURNS VOID LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  UPDATE domain SET status = 'failed', verified_at = NULL, last_error = 'domains.taken'
  WHERE hostname = release_domain.name AND status = 'verified' AND tenant_id IN (SELECT id FROM tenant WHERE deleted_at IS NOT NULL)
$$;

CREATE OR REPLACE FUNCTION "prove_domain"(domain_id UUID, at TIMESTAMPTZ) RETURNS BOOLEAN LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM release_domain(hostname) FROM domain WHERE id = domain_id;
  UPDATE domain SET status = 'verified', verified_at = coalesce(verified_at, at) WHERE id = domain_id;
  RETURN true;
EXCEPTION WHEN unique_violation THEN
  RETURN false;
END $$;
