-- Of several that were chosen in the same moment the one that was added last stays. The owner sees all rows while it is done.
ALTER TABLE "domain" NO FORCE ROW LEVEL SECURITY;
UPDATE "domain" d SET "is_primary" = false
WHERE d."is_primary" AND EXISTS (SELECT 1 FROM "domain" o WHERE o."tenant_id" = d."tenant_id" AND o."is_primary" AND o."id" > d."id");
ALTER TABLE "domain" FORCE ROW LEVEL SECURITY;

-- Links in emails lead to one domain.
CREATE UNIQUE INDEX "domain_primary" ON "domain"("tenant_id") WHERE "is_primary";
