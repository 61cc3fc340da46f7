-- What is due comes out of one index in order. The oldest of a lane is looked up in another: so that no planner takes this
-- one for it, however little it knows of the table, it can be used only where due_at is bounded from below.
DROP INDEX "event_delivery_due";
DROP INDEX "event_delivery_waiting";
CREATE INDEX "event_delivery_waiting" ON "event_delivery"("tenant_id", "due_at", "seq")
  WHERE "status" IN ('pending', 'running') AND "due_at" >= '1970-01-01 00:00+00';
