-- AlterTable
ALTER TABLE "event_delivery" ADD COLUMN     "act_id" TEXT,
ADD COLUMN     "goes_first" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "leaves_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "sla_firing" ADD COLUMN     "is_skipped" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "sla_clock" ADD COLUMN     "is_breach_recomputed" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "bulk_undo_seconds" INTEGER NOT NULL DEFAULT 60,
ADD COLUMN     "undo_seconds" INTEGER NOT NULL DEFAULT 10;

ALTER TABLE "workspace" ADD CONSTRAINT "workspace_undo_seconds" CHECK ("undo_seconds" BETWEEN 0 AND 120 AND "bulk_undo_seconds" BETWEEN 0 AND 120);

-- Mail to customers is looked for before the rest, and what one act makes leave the house is found by its act.
CREATE INDEX "event_delivery_first" ON "event_delivery"("tenant_id", "due_at", "seq")
  WHERE "status" IN ('pending', 'running') AND "goes_first" AND "due_at" >= '1970-01-01 00:00+00';
CREATE INDEX "event_delivery_act" ON "event_delivery"("tenant_id", "act_id", "ordering_key")
  WHERE "status" IN ('pending', 'running') AND "act_id" IS NOT NULL;

ALTER TABLE "bulk_action" ADD COLUMN     "leaves_at" TIMESTAMPTZ(3);
