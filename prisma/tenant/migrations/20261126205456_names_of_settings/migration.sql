-- Names that were asked for before they were taken: two at once could have the same. The later of such twins gets a number.
-- Forced again by secure.sql, which runs after every migration.
ALTER TABLE "department" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "category" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "calendar" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "sla_policy" NO FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
  place RECORD;
  twin RECORD;
  number INT;
  wanted TEXT;
  is_taken BOOLEAN;
BEGIN
  FOR place IN SELECT * FROM (VALUES ('department', 'tenant_id'), ('category', 'department_id'), ('calendar', 'tenant_id'), ('sla_policy', 'tenant_id')) AS p(kind, within) LOOP
    FOR twin IN EXECUTE format('SELECT tenant_id, id, name, within FROM (SELECT tenant_id, id, name, %2$I AS within,
        row_number() OVER (PARTITION BY tenant_id, %2$I, lower(name) ORDER BY created_at, id) AS nth FROM %1$I WHERE deleted_at IS NULL) x
      WHERE nth > 1 ORDER BY tenant_id, nth, id', place.kind, place.within) LOOP
      number := 1;
      LOOP
        number := number + 1;
        wanted := left(twin.name, 90) || ' (' || number || ')';
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %1$I WHERE tenant_id = $1 AND %2$I = $2 AND deleted_at IS NULL AND lower(name) = lower($3))', place.kind, place.within)
          INTO is_taken USING twin.tenant_id, twin.within, wanted;
        EXIT WHEN NOT is_taken;
      END LOOP;
      EXECUTE format('UPDATE %I SET name = $1, version = version + 1 WHERE tenant_id = $2 AND id = $3', place.kind) USING wanted, twin.tenant_id, twin.id;
    END LOOP;
  END LOOP;
END $$;

-- CreateIndex
CREATE UNIQUE INDEX "department_name_living" ON "department"("tenant_id", lower("name")) WHERE "deleted_at" IS NULL;
CREATE UNIQUE INDEX "category_name_living" ON "category"("tenant_id", "department_id", lower("name")) WHERE "deleted_at" IS NULL;
CREATE UNIQUE INDEX "calendar_name_living" ON "calendar"("tenant_id", lower("name")) WHERE "deleted_at" IS NULL;
CREATE UNIQUE INDEX "sla_policy_name_living" ON "sla_policy"("tenant_id", lower("name")) WHERE "deleted_at" IS NULL;
