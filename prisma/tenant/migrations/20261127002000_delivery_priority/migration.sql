-- Of what is due: mail to customers, then the rest, then the search.
ALTER TABLE "event_delivery" ADD COLUMN     "priority" SMALLINT NOT NULL DEFAULT 1;

ALTER TABLE "event_delivery" NO FORCE ROW LEVEL SECURITY;
UPDATE "event_delivery" SET "priority" = CASE WHEN "goes_first" THEN 0 ELSE 2 END
WHERE "status" IN ('pending', 'running') AND ("goes_first" OR "subscriber" = 'search.index');
ALTER TABLE "event_delivery" FORCE ROW LEVEL SECURITY;

-- Its index goes with it.
ALTER TABLE "event_delivery" DROP COLUMN "goes_first";

DROP INDEX "event_delivery_waiting";
CREATE INDEX "event_delivery_waiting" ON "event_delivery"("tenant_id", "priority", "due_at", "n")
  WHERE "status" IN ('pending', 'running') AND "due_at" >= '1970-01-01 00:00+00';
