-- Every order of a list has its index: of all tickets as well as of the open ones.
-- DropIndex
DROP INDEX "ticket_tenant_id_sla_due_at_id_idx";

-- CreateIndex
CREATE INDEX "ticket_tenant_id_priority_id_idx" ON "ticket"("tenant_id", "priority", "id");
CREATE INDEX "ticket_due_idx" ON "ticket"("tenant_id", (coalesce("due_at", 'infinity')), "id");
CREATE INDEX "ticket_sla_idx" ON "ticket"("tenant_id", (coalesce("sla_due_at", 'infinity')), "id");
CREATE INDEX "ticket_open_created_idx" ON "ticket"("tenant_id", "created_at" DESC, "id" DESC)
  WHERE status IN ('created', 'assigned', 'in_progress', 'hold') AND deleted_at IS NULL;
-- What is done and not closed yet is little; what is closed is nearly all, and found on the way through all.
CREATE INDEX "ticket_settled_idx" ON "ticket"("tenant_id", "updated_at" DESC, "id" DESC)
  WHERE status IN ('resolved', 'rejected') AND deleted_at IS NULL;
