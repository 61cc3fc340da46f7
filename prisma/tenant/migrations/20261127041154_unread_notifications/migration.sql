-- What is unread is looked for by what it is about and when, and counted; what was read by neither.
DROP INDEX "notification_tenant_id_person_id_read_at_idx";
CREATE INDEX "notification_unread" ON "notification"("tenant_id", "person_id", "group_key", "updated_at") WHERE "read_at" IS NULL;
