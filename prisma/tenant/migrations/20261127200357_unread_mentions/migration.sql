-- CreateTable
CREATE TABLE "unread_mention" (
    "tenant_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "message_id" UUID NOT NULL,

    CONSTRAINT "unread_mention_pkey" PRIMARY KEY ("tenant_id","person_id","message_id")
);

-- CreateIndex
CREATE INDEX "unread_mention_tenant_id_message_id_idx" ON "unread_mention"("tenant_id", "message_id");

-- AddForeignKey
ALTER TABLE "unread_mention" ADD CONSTRAINT "unread_mention_tenant_id_message_id_fkey" FOREIGN KEY ("tenant_id", "message_id") REFERENCES "ticket_message"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unread_mention" ADD CONSTRAINT "unread_mention_tenant_id_person_id_fkey" FOREIGN KEY ("tenant_id", "person_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
