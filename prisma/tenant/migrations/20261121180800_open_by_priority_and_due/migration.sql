-- What is being worked on, by what presses most.
CREATE INDEX "ticket_open_priority_idx" ON "ticket"("tenant_id", "priority", "id")
  WHERE status IN ('created', 'assigned', 'in_progress', 'hold') AND deleted_at IS NULL;
CREATE INDEX "ticket_open_due_idx" ON "ticket"("tenant_id", (coalesce("due_at", 'infinity')), "id")
  WHERE status IN ('created', 'assigned', 'in_progress', 'hold') AND deleted_at IS NULL;
