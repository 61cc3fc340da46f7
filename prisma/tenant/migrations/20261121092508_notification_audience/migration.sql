-- DropIndex
DROP INDEX "notification_tenant_id_created_at_idx";

-- AlterTable
ALTER TABLE "notification" ADD COLUMN     "for_staff" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "ticket_id" UUID;

-- AlterTable
ALTER TABLE "notification_send" ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0;

-- Browsers subscribe anew, each with its session.
TRUNCATE "push_subscription";

-- AlterTable
ALTER TABLE "push_subscription" ADD COLUMN     "failures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "session_id" UUID NOT NULL;

-- CreateIndex
CREATE INDEX "notification_tenant_id_person_id_read_at_idx" ON "notification"("tenant_id", "person_id", "read_at");

-- CreateIndex
CREATE INDEX "notification_tenant_id_updated_at_idx" ON "notification"("tenant_id", "updated_at");

-- CreateIndex
CREATE INDEX "push_subscription_tenant_id_session_id_idx" ON "push_subscription"("tenant_id", "session_id");

-- AddForeignKey
ALTER TABLE "push_subscription" ADD CONSTRAINT "push_subscription_tenant_id_session_id_fkey" FOREIGN KEY ("tenant_id", "session_id") REFERENCES "session"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
