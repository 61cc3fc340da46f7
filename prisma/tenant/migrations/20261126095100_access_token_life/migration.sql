-- An access token lives 5 minutes at least. Forced again by secure.sql, which runs after every migration.
ALTER TABLE "workspace" NO FORCE ROW LEVEL SECURITY;
UPDATE "workspace" SET "access_minutes" = 5 WHERE "access_minutes" < 5;
