-- What one person did, newest first.
CREATE INDEX "event_actor" ON "event"("tenant_id", "actor_id", "id") WHERE "actor_id" IS NOT NULL;
