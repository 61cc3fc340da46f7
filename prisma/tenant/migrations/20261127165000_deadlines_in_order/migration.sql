-- Below a row-level policy PostgreSQL takes a condition to an index only where it can leak nothing. That holds of least(), not of coalesce():
-- "due before" and the place of a cursor were filters, and read every ticket before it.
DROP INDEX "ticket_open_sla_idx";
DROP INDEX "ticket_sla_idx";
DROP INDEX "ticket_due_idx";
DROP INDEX "ticket_open_due_idx";
CREATE INDEX "ticket_open_sla_idx" ON "ticket"("tenant_id", (least("sla_due_at", 'infinity')), "id")
  WHERE "deleted_at" IS NULL AND "archived_at" IS NULL AND "status" IN ('created', 'assigned', 'in_progress', 'hold');
CREATE INDEX "ticket_sla_idx" ON "ticket"("tenant_id", (least("sla_due_at", 'infinity')), "id");
CREATE INDEX "ticket_due_idx" ON "ticket"("tenant_id", (least("due_at", 'infinity')), "id");
CREATE INDEX "ticket_open_due_idx" ON "ticket"("tenant_id", (least("due_at", 'infinity')), "id")
  WHERE "status" IN ('created', 'assigned', 'in_progress', 'hold') AND "deleted_at" IS NULL;
