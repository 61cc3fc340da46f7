-- What waits is looked for kind by kind of each tenant.
DROP INDEX "job_waiting";
CREATE INDEX "job_waiting" ON "job"("priority", COALESCE("tenant_id", '00000000-0000-0000-0000-000000000000'), "name", "due_at")
  WHERE "status" IN ('queued', 'failed');
