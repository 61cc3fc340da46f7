-- Most requests are not rated: those that are, in the order of the list. Comparing enums is not leakproof to PostgreSQL, so that below row-level security their values can be no keys
-- of an index: the conditions of these stand in their place.
CREATE INDEX "ticket_rated" ON "ticket"("tenant_id", "updated_at", "id") WHERE "rating" IS NOT NULL;
-- The report of ratings goes through what was resolved in its period.
CREATE INDEX "ticket_resolved" ON "ticket"("tenant_id", "resolved_at") WHERE "resolved_at" IS NOT NULL;

-- A tier that few contacts have is listed without passing over the others.
CREATE INDEX "contact_premium" ON "contact"("tenant_id", "name", "id") WHERE "tier" = 'premium' AND "deleted_at" IS NULL;
CREATE INDEX "contact_standard" ON "contact"("tenant_id", "name", "id") WHERE "tier" = 'standard' AND "deleted_at" IS NULL;
CREATE INDEX "contact_basic" ON "contact"("tenant_id", "name", "id") WHERE "tier" = 'basic' AND "deleted_at" IS NULL;
