-- DropForeignKey
ALTER TABLE "sla_clock" DROP CONSTRAINT "sla_clock_tenant_id_calendar_id_fkey";

-- DropIndex
DROP INDEX "sla_clock_tenant_id_calendar_id_idx";

-- AlterTable
ALTER TABLE "sla_clock" ADD COLUMN     "calendar_version" INTEGER,
ADD COLUMN     "counts_from" TIMESTAMPTZ(3),
ADD COLUMN     "dropped_at" TIMESTAMPTZ(3),
ADD COLUMN     "pauses_on_hold" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "pauses_on_waiting" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "calendar_edition" (
    "tenant_id" UUID NOT NULL,
    "calendar_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "time_zone" TEXT NOT NULL,
    "schedule" JSONB NOT NULL,
    "holidays" JSONB NOT NULL,

    CONSTRAINT "calendar_edition_pkey" PRIMARY KEY ("tenant_id","calendar_id","version")
);

-- A calendar's hours at every version, written with it.
CREATE FUNCTION "calendar_edition"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format(
    'INSERT INTO %I.calendar_edition (tenant_id, calendar_id, version, time_zone, schedule, holidays) VALUES ($1, $2, $3, $4, $5, $6)',
    TG_TABLE_SCHEMA)
    USING NEW.tenant_id, NEW.id, NEW.version, NEW.time_zone, NEW.schedule, NEW.holidays;
  RETURN NULL;
END $$;
CREATE TRIGGER "calendar_edition_made" AFTER INSERT ON "calendar" FOR EACH ROW EXECUTE FUNCTION "calendar_edition"();
CREATE TRIGGER "calendar_edition_changed" AFTER UPDATE ON "calendar" FOR EACH ROW
  WHEN (NEW.version IS DISTINCT FROM OLD.version) EXECUTE FUNCTION "calendar_edition"();

-- What is there runs on the hours and rules of today. Forced again by secure.sql, which runs after every migration.
ALTER TABLE "calendar" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "sla_clock" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "sla_policy" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "ticket" NO FORCE ROW LEVEL SECURITY;
INSERT INTO "calendar_edition" SELECT tenant_id, id, version, time_zone, schedule, holidays FROM "calendar";
UPDATE "sla_clock" k SET calendar_version = c.version FROM "calendar" c WHERE c.tenant_id = k.tenant_id AND c.id = k.calendar_id;
UPDATE "sla_clock" k SET pauses_on_hold = p.pauses_on_hold, pauses_on_waiting = p.pauses_on_waiting,
    counts_from = CASE WHEN p.evaluation = 'conditions_met' THEN t.sla_matched_at END
  FROM "sla_policy" p, "ticket" t
  WHERE p.tenant_id = k.tenant_id AND p.id = k.policy_id AND t.tenant_id = k.tenant_id AND t.id = k.ticket_id;

-- What the sweep of one desk reads.
CREATE INDEX "sla_clock_next_of_tenant_idx" ON "sla_clock" ("tenant_id", "next_at") WHERE "next_at" IS NOT NULL;

-- CreateIndex
CREATE INDEX "sla_clock_tenant_id_calendar_id_calendar_version_idx" ON "sla_clock"("tenant_id", "calendar_id", "calendar_version");

-- AddForeignKey
ALTER TABLE "calendar_edition" ADD CONSTRAINT "calendar_edition_tenant_id_calendar_id_fkey" FOREIGN KEY ("tenant_id", "calendar_id") REFERENCES "calendar"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sla_clock" ADD CONSTRAINT "sla_clock_tenant_id_calendar_id_calendar_version_fkey" FOREIGN KEY ("tenant_id", "calendar_id", "calendar_version") REFERENCES "calendar_edition"("tenant_id", "calendar_id", "version") ON DELETE RESTRICT ON UPDATE CASCADE;
