-- Pages ask who has a picture; few accounts do, and most are customers'.
CREATE INDEX "person_pictured" ON "person"("tenant_id", "id") WHERE "avatar_url" IS NOT NULL AND "deleted_at" IS NULL;
