-- CreateEnum
CREATE TYPE "DraftKind" AS ENUM ('reply', 'note');

-- AlterTable
ALTER TABLE "ticket_message" ADD COLUMN     "edited_at" TIMESTAMPTZ(3),
ADD COLUMN     "is_flagged" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "is_solution" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "message_edit" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "body_text" TEXT NOT NULL,
    "body_html" TEXT,
    "edited_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_edit_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "message_like" (
    "tenant_id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "message_like_pkey" PRIMARY KEY ("tenant_id","message_id","person_id")
);

-- CreateTable
CREATE TABLE "draft" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "ticket_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "kind" "DraftKind" NOT NULL,
    "body_html" TEXT NOT NULL,
    "send_at" TIMESTAMPTZ(3),
    "then_status" "TicketStatus",
    "error" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "draft_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "attachment" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "message_id" UUID,
    "draft_id" UUID,
    "person_id" UUID,
    "name" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "has_thumbnail" BOOLEAN NOT NULL DEFAULT false,
    "content_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "attachment_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "canned_response" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "body_html" TEXT NOT NULL,
    "scope" "ViewScope" NOT NULL,
    "owner_id" UUID NOT NULL,
    "department_id" UUID,
    "used_count" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "canned_response_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "macro" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "changes" JSONB NOT NULL,
    "body_html" TEXT,
    "is_note" BOOLEAN NOT NULL DEFAULT false,
    "scope" "ViewScope" NOT NULL,
    "owner_id" UUID NOT NULL,
    "department_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "macro_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "message_edit_tenant_id_message_id_edited_at_idx" ON "message_edit"("tenant_id", "message_id", "edited_at");

-- CreateIndex
CREATE INDEX "message_like_tenant_id_person_id_idx" ON "message_like"("tenant_id", "person_id");

-- CreateIndex
CREATE INDEX "draft_tenant_id_person_id_idx" ON "draft"("tenant_id", "person_id");

-- CreateIndex
CREATE UNIQUE INDEX "draft_tenant_id_ticket_id_person_id_kind_key" ON "draft"("tenant_id", "ticket_id", "person_id", "kind");

-- CreateIndex
CREATE INDEX "attachment_tenant_id_message_id_idx" ON "attachment"("tenant_id", "message_id");

-- CreateIndex
CREATE INDEX "attachment_tenant_id_draft_id_idx" ON "attachment"("tenant_id", "draft_id");

-- CreateIndex
CREATE INDEX "attachment_tenant_id_created_at_idx" ON "attachment"("tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "canned_response_tenant_id_owner_id_idx" ON "canned_response"("tenant_id", "owner_id");

-- CreateIndex
CREATE INDEX "macro_tenant_id_owner_id_idx" ON "macro"("tenant_id", "owner_id");

-- AddForeignKey
ALTER TABLE "message_edit" ADD CONSTRAINT "message_edit_tenant_id_message_id_fkey" FOREIGN KEY ("tenant_id", "message_id") REFERENCES "ticket_message"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_like" ADD CONSTRAINT "message_like_tenant_id_message_id_fkey" FOREIGN KEY ("tenant_id", "message_id") REFERENCES "ticket_message"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_like" ADD CONSTRAINT "message_like_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "draft" ADD CONSTRAINT "draft_tenant_id_ticket_id_fkey" FOREIGN KEY ("tenant_id", "ticket_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "draft" ADD CONSTRAINT "draft_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_tenant_id_message_id_fkey" FOREIGN KEY ("tenant_id", "message_id") REFERENCES "ticket_message"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_tenant_id_draft_id_fkey" FOREIGN KEY ("tenant_id", "draft_id") REFERENCES "draft"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "canned_response" ADD CONSTRAINT "canned_response_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "canned_response" ADD CONSTRAINT "canned_response_tenant_id_department_id_fkey" FOREIGN KEY ("tenant_id", "department_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "macro" ADD CONSTRAINT "macro_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "macro" ADD CONSTRAINT "macro_tenant_id_department_id_fkey" FOREIGN KEY ("tenant_id", "department_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
