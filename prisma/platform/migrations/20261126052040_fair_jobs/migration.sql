-- Whose jobs wait in a lane, and the first of each; NULL is the platform's own.
CREATE INDEX "job_waiting" ON "job"("priority", COALESCE("tenant_id", '00000000-0000-0000-0000-000000000000'), "due_at")
  WHERE "status" IN ('queued', 'failed');
