-- DropIndex
DROP INDEX "domain_hostname_key";

-- DropIndex
DROP INDEX "domain_tenant_id_idx";

-- CreateIndex
CREATE UNIQUE INDEX "domain_tenant_id_hostname_key" ON "domain"("tenant_id", "hostname");

-- Whoever proves a name first has it; a claim that is not proven reserves nothing.
CREATE UNIQUE INDEX "domain_proven" ON "domain"("hostname") WHERE "status" = 'verified';

-- Whether another tenant has proven a name: all that a tenant may know of the others' rows.
CREATE FUNCTION "domain_is_taken"(name TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT EXISTS (
    SELECT 1 FROM domain d WHERE d.hostname = name AND d.status = 'verified'
      AND d.tenant_id IS DISTINCT FROM NULLIF(current_setting('app.tenant_id', true), '')::uuid)
$$;

-- Marks a domain as proven; false when another tenant was first, also in the same moment: the index says so, not a look before.
CREATE FUNCTION "prove_domain"(domain_id UUID, at TIMESTAMPTZ) RETURNS BOOLEAN LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE domain SET status = 'verified', verified_at = coalesce(verified_at, at) WHERE id = domain_id;
  RETURN true;
EXCEPTION WHEN unique_violation THEN
  RETURN false;
END $$;
