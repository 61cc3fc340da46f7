-- CreateEnum
CREATE TYPE "NotificationChannel" AS ENUM ('mail', 'push');

-- CreateEnum
CREATE TYPE "Digest" AS ENUM ('off', 'daily', 'weekly');

-- CreateEnum
CREATE TYPE "HookKind" AS ENUM ('slack', 'json');

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "checklist_hidden_at" TIMESTAMPTZ(3),
ADD COLUMN     "notification_defaults" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "notification" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL DEFAULT '',
    "href" TEXT NOT NULL,
    "group_key" TEXT NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,
    "is_urgent" BOOLEAN NOT NULL DEFAULT false,
    "in_app" BOOLEAN NOT NULL DEFAULT true,
    "read_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "notification_send" (
    "tenant_id" UUID NOT NULL,
    "notification_id" UUID NOT NULL,
    "channel" "NotificationChannel" NOT NULL,
    "person_id" UUID NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_send_pkey" PRIMARY KEY ("tenant_id","notification_id","channel")
);

-- CreateTable
CREATE TABLE "notification_settings" (
    "tenant_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "matrix" JSONB NOT NULL DEFAULT '{}',
    "quiet_from" INTEGER,
    "quiet_to" INTEGER,
    "muted_until" TIMESTAMPTZ(3),
    "digest" "Digest" NOT NULL DEFAULT 'off',
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "notification_settings_pkey" PRIMARY KEY ("tenant_id","person_id")
);

-- CreateTable
CREATE TABLE "push_subscription" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "endpoint" TEXT NOT NULL,
    "p256dh" TEXT NOT NULL,
    "auth" TEXT NOT NULL,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "push_subscription_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "notification_hook" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "HookKind" NOT NULL,
    "url" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "types" TEXT[],
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "last_error" TEXT,
    "last_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "notification_hook_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "notification_tenant_id_person_id_updated_at_id_idx" ON "notification"("tenant_id", "person_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "notification_tenant_id_created_at_idx" ON "notification"("tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "notification_send_tenant_id_sent_at_due_at_idx" ON "notification_send"("tenant_id", "sent_at", "due_at");

-- CreateIndex
CREATE INDEX "push_subscription_tenant_id_person_id_idx" ON "push_subscription"("tenant_id", "person_id");

-- CreateIndex
CREATE UNIQUE INDEX "push_subscription_tenant_id_endpoint_key" ON "push_subscription"("tenant_id", "endpoint");

-- AddForeignKey
ALTER TABLE "notification" ADD CONSTRAINT "notification_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_send" ADD CONSTRAINT "notification_send_tenant_id_notification_id_fkey" FOREIGN KEY ("tenant_id", "notification_id") REFERENCES "notification"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_settings" ADD CONSTRAINT "notification_settings_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "push_subscription" ADD CONSTRAINT "push_subscription_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
