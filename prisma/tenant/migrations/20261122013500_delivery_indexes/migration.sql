-- What is due comes out of one index in order; the oldest of a lane can come out of no index but its own.
DROP INDEX "event_delivery_due";
DROP INDEX "event_delivery_waiting";
CREATE INDEX "event_delivery_waiting" ON "event_delivery"("tenant_id", "due_at", "seq", "subscriber") WHERE "status" IN ('pending', 'running');
