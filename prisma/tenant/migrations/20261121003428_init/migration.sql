-- CreateEnum
CREATE TYPE "PersonRole" AS ENUM ('owner', 'admin', 'moderator', 'agent', 'customer');

-- CreateEnum
CREATE TYPE "PersonStatus" AS ENUM ('invited', 'active', 'suspended');

-- CreateEnum
CREATE TYPE "Availability" AS ENUM ('online', 'away', 'do_not_assign');

-- CreateEnum
CREATE TYPE "SessionKind" AS ENUM ('browser', 'api');

-- CreateEnum
CREATE TYPE "OneTimePurpose" AS ENUM ('invitation', 'password_reset', 'magic_link', 'address_verification');

-- CreateEnum
CREATE TYPE "GrantObject" AS ENUM ('department', 'ticket', 'kb_category');

-- CreateEnum
CREATE TYPE "TicketStatus" AS ENUM ('draft', 'created', 'assigned', 'in_progress', 'hold', 'resolved', 'closed', 'rejected');

-- CreateEnum
CREATE TYPE "Priority" AS ENUM ('low', 'medium', 'high', 'urgent');

-- CreateEnum
CREATE TYPE "TicketSource" AS ENUM ('email', 'web', 'phone', 'chat', 'chatbot', 'api', 'internal', 'customer_portal');

-- CreateEnum
CREATE TYPE "MessageKind" AS ENUM ('description', 'reply', 'note');

-- CreateEnum
CREATE TYPE "AuthorKind" AS ENUM ('contact', 'person', 'system');

-- CreateEnum
CREATE TYPE "InboundStatus" AS ENUM ('received', 'delivered', 'ignored', 'failed');

-- CreateEnum
CREATE TYPE "OutboundStatus" AS ENUM ('queued', 'sent', 'failed');

-- CreateEnum
CREATE TYPE "DeliveryStatus" AS ENUM ('pending', 'running', 'done', 'dead');

-- CreateTable
CREATE TABLE "workspace" (
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "ticket_prefix" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "accent" TEXT NOT NULL DEFAULT '#0f766e',
    "portal_title" TEXT,
    "allow_sign_up" BOOLEAN NOT NULL DEFAULT true,
    "last_ticket_number" INTEGER NOT NULL DEFAULT 0,
    "access_minutes" INTEGER NOT NULL DEFAULT 15,
    "refresh_days" INTEGER NOT NULL DEFAULT 7,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "role" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "permissions" TEXT[],
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "role_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "person" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "PersonRole" NOT NULL,
    "custom_role_id" UUID,
    "status" "PersonStatus" NOT NULL DEFAULT 'active',
    "password_hash" TEXT,
    "email_verified_at" TIMESTAMPTZ(3),
    "phone" TEXT,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "availability" "Availability" NOT NULL DEFAULT 'online',
    "failed_sign_ins" INTEGER NOT NULL DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),
    "last_sign_in_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "session" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "kind" "SessionKind" NOT NULL,
    "user_agent" TEXT,
    "address" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "refresh_token" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "refresh_token_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "api_token" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "one_time_token" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "purpose" "OneTimePurpose" NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "one_time_token_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "grant_on_object" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "person_id" UUID,
    "role_id" UUID,
    "permission" TEXT NOT NULL,
    "object_type" "GrantObject" NOT NULL,
    "object_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "grant_on_object_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "department" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "support_address" TEXT,
    "lead_id" UUID,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "department_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "department_member" (
    "tenant_id" UUID NOT NULL,
    "department_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,

    CONSTRAINT "department_member_pkey" PRIMARY KEY ("tenant_id","department_id","person_id")
);

-- CreateTable
CREATE TABLE "contact" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "phone" TEXT,
    "person_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "contact_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "contact_address" (
    "tenant_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "contact_id" UUID NOT NULL,
    "is_primary" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contact_address_pkey" PRIMARY KEY ("tenant_id","email")
);

-- CreateTable
CREATE TABLE "ticket" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "status" "TicketStatus" NOT NULL DEFAULT 'created',
    "priority" "Priority" NOT NULL DEFAULT 'medium',
    "source" "TicketSource" NOT NULL,
    "department_id" UUID,
    "requester_id" UUID NOT NULL,
    "assignee_id" UUID,
    "snippet" TEXT NOT NULL DEFAULT '',
    "message_count" INTEGER NOT NULL DEFAULT 0,
    "has_new_reply" BOOLEAN NOT NULL DEFAULT false,
    "first_response_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "ticket_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "watcher" (
    "tenant_id" UUID NOT NULL,
    "ticket_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,

    CONSTRAINT "watcher_pkey" PRIMARY KEY ("tenant_id","ticket_id","person_id")
);

-- CreateTable
CREATE TABLE "ticket_message" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "ticket_id" UUID NOT NULL,
    "kind" "MessageKind" NOT NULL,
    "author_kind" "AuthorKind" NOT NULL,
    "person_id" UUID,
    "contact_id" UUID,
    "body_text" TEXT NOT NULL,
    "body_html" TEXT,
    "quoted_text" TEXT,
    "message_id" TEXT NOT NULL,
    "is_stranger" BOOLEAN NOT NULL DEFAULT false,
    "source" "TicketSource" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ticket_message_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "inbound_mail" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "raw" BYTEA NOT NULL,
    "sha256" TEXT NOT NULL,
    "status" "InboundStatus" NOT NULL DEFAULT 'received',
    "reason" TEXT,
    "ticket_id" UUID,
    "message_id" UUID,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "processed_at" TIMESTAMPTZ(3),

    CONSTRAINT "inbound_mail_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "outbound_mail" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "ticket_id" UUID,
    "recipients" TEXT[],
    "subject" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "raw" BYTEA NOT NULL,
    "status" "OutboundStatus" NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbound_mail_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "event" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "subject_id" UUID,
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "payload" JSONB NOT NULL,
    "request_id" TEXT NOT NULL,
    "address" TEXT,
    "causation_id" UUID,
    "depth" INTEGER NOT NULL DEFAULT 0,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "event_delivery" (
    "tenant_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "subscriber" TEXT NOT NULL,
    "status" "DeliveryStatus" NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "event_delivery_pkey" PRIMARY KEY ("tenant_id","event_id","subscriber")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "tenant_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "procedure" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "response" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("tenant_id","actor_id","key")
);

-- CreateIndex
CREATE INDEX "person_tenant_id_role_name_id_idx" ON "person"("tenant_id", "role", "name", "id");

-- CreateIndex
CREATE INDEX "session_tenant_id_person_id_created_at_idx" ON "session"("tenant_id", "person_id", "created_at");

-- CreateIndex
CREATE INDEX "refresh_token_tenant_id_session_id_idx" ON "refresh_token"("tenant_id", "session_id");

-- CreateIndex
CREATE UNIQUE INDEX "refresh_token_tenant_id_hash_key" ON "refresh_token"("tenant_id", "hash");

-- CreateIndex
CREATE INDEX "api_token_tenant_id_person_id_idx" ON "api_token"("tenant_id", "person_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_tenant_id_hash_key" ON "api_token"("tenant_id", "hash");

-- CreateIndex
CREATE INDEX "one_time_token_tenant_id_person_id_idx" ON "one_time_token"("tenant_id", "person_id");

-- CreateIndex
CREATE UNIQUE INDEX "one_time_token_tenant_id_hash_key" ON "one_time_token"("tenant_id", "hash");

-- CreateIndex
CREATE INDEX "grant_on_object_tenant_id_person_id_idx" ON "grant_on_object"("tenant_id", "person_id");

-- CreateIndex
CREATE INDEX "grant_on_object_tenant_id_role_id_idx" ON "grant_on_object"("tenant_id", "role_id");

-- CreateIndex
CREATE INDEX "grant_on_object_tenant_id_object_type_object_id_idx" ON "grant_on_object"("tenant_id", "object_type", "object_id");

-- CreateIndex
CREATE INDEX "department_member_tenant_id_person_id_idx" ON "department_member"("tenant_id", "person_id");

-- CreateIndex
CREATE UNIQUE INDEX "contact_tenant_id_person_id_key" ON "contact"("tenant_id", "person_id");

-- CreateIndex
CREATE INDEX "contact_address_tenant_id_contact_id_idx" ON "contact_address"("tenant_id", "contact_id");

-- CreateIndex
CREATE INDEX "ticket_tenant_id_updated_at_id_idx" ON "ticket"("tenant_id", "updated_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "ticket_tenant_id_status_updated_at_id_idx" ON "ticket"("tenant_id", "status", "updated_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "ticket_tenant_id_assignee_id_updated_at_id_idx" ON "ticket"("tenant_id", "assignee_id", "updated_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "ticket_tenant_id_department_id_updated_at_id_idx" ON "ticket"("tenant_id", "department_id", "updated_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "ticket_tenant_id_requester_id_updated_at_id_idx" ON "ticket"("tenant_id", "requester_id", "updated_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "ticket_tenant_id_number_key" ON "ticket"("tenant_id", "number");

-- CreateIndex
CREATE INDEX "watcher_tenant_id_person_id_idx" ON "watcher"("tenant_id", "person_id");

-- CreateIndex
CREATE INDEX "ticket_message_tenant_id_ticket_id_created_at_id_idx" ON "ticket_message"("tenant_id", "ticket_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ticket_message_tenant_id_message_id_key" ON "ticket_message"("tenant_id", "message_id");

-- CreateIndex
CREATE INDEX "inbound_mail_tenant_id_received_at_id_idx" ON "inbound_mail"("tenant_id", "received_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "inbound_mail_tenant_id_recipient_sha256_key" ON "inbound_mail"("tenant_id", "recipient", "sha256");

-- CreateIndex
CREATE INDEX "outbound_mail_tenant_id_created_at_id_idx" ON "outbound_mail"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "outbound_mail_tenant_id_message_id_key" ON "outbound_mail"("tenant_id", "message_id");

-- CreateIndex
CREATE INDEX "event_tenant_id_subject_id_id_idx" ON "event"("tenant_id", "subject_id", "id");

-- CreateIndex
CREATE INDEX "event_tenant_id_type_id_idx" ON "event"("tenant_id", "type", "id");

-- CreateIndex
CREATE INDEX "idempotency_key_tenant_id_created_at_idx" ON "idempotency_key"("tenant_id", "created_at");

-- AddForeignKey
ALTER TABLE "person" ADD CONSTRAINT "person_tenant_id_custom_role_id_fkey" FOREIGN KEY ("tenant_id", "custom_role_id") REFERENCES "role"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_tenant_id_session_id_fkey" FOREIGN KEY ("tenant_id", "session_id") REFERENCES "session"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "one_time_token" ADD CONSTRAINT "one_time_token_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grant_on_object" ADD CONSTRAINT "grant_on_object_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grant_on_object" ADD CONSTRAINT "grant_on_object_tenant_id_role_id_fkey" FOREIGN KEY ("tenant_id", "role_id") REFERENCES "role"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "department" ADD CONSTRAINT "department_tenant_id_lead_id_fkey" FOREIGN KEY ("tenant_id", "lead_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "department_member" ADD CONSTRAINT "department_member_tenant_id_department_id_fkey" FOREIGN KEY ("tenant_id", "department_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "department_member" ADD CONSTRAINT "department_member_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact" ADD CONSTRAINT "contact_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_address" ADD CONSTRAINT "contact_address_tenant_id_contact_id_fkey" FOREIGN KEY ("tenant_id", "contact_id") REFERENCES "contact"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket" ADD CONSTRAINT "ticket_tenant_id_department_id_fkey" FOREIGN KEY ("tenant_id", "department_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket" ADD CONSTRAINT "ticket_tenant_id_requester_id_fkey" FOREIGN KEY ("tenant_id", "requester_id") REFERENCES "contact"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket" ADD CONSTRAINT "ticket_tenant_id_assignee_id_fkey" FOREIGN KEY ("tenant_id", "assignee_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "watcher" ADD CONSTRAINT "watcher_tenant_id_ticket_id_fkey" FOREIGN KEY ("tenant_id", "ticket_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "watcher" ADD CONSTRAINT "watcher_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_message" ADD CONSTRAINT "ticket_message_tenant_id_ticket_id_fkey" FOREIGN KEY ("tenant_id", "ticket_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_message" ADD CONSTRAINT "ticket_message_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_message" ADD CONSTRAINT "ticket_message_tenant_id_contact_id_fkey" FOREIGN KEY ("tenant_id", "contact_id") REFERENCES "contact"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event_delivery" ADD CONSTRAINT "event_delivery_tenant_id_event_id_fkey" FOREIGN KEY ("tenant_id", "event_id") REFERENCES "event"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Uniqueness among the living: a deleted person's address may be used again.
CREATE UNIQUE INDEX "person_email_living" ON "person"("tenant_id", "email") WHERE "deleted_at" IS NULL;
CREATE UNIQUE INDEX "department_slug_living" ON "department"("tenant_id", "slug") WHERE "deleted_at" IS NULL;
CREATE UNIQUE INDEX "department_default" ON "department"("tenant_id") WHERE "is_default" AND "deleted_at" IS NULL;
CREATE UNIQUE INDEX "role_name_living" ON "role"("tenant_id", lower("name")) WHERE "deleted_at" IS NULL;

-- What waits, and only that: the sweep costs what is due.
CREATE INDEX "event_delivery_due" ON "event_delivery"("due_at", "tenant_id") WHERE "status" IN ('pending', 'running');
CREATE INDEX "event_delivery_due_of_tenant" ON "event_delivery"("tenant_id", "event_id") WHERE "status" IN ('pending', 'running');
CREATE INDEX "ticket_open" ON "ticket"("tenant_id", "updated_at" DESC, "id" DESC) WHERE "status" IN ('created', 'assigned', 'in_progress', 'hold') AND "deleted_at" IS NULL;

ALTER TABLE "grant_on_object" ADD CONSTRAINT "grant_has_one_subject" CHECK (num_nonnulls("person_id", "role_id") = 1);
