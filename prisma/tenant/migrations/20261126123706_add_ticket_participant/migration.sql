-- CreateTable
CREATE TABLE "ticket_participant" (
    "tenant_id" UUID NOT NULL,
    "ticket_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "since_at" TIMESTAMPTZ(3) NOT NULL,
    "since_message_id" UUID,
    "added_by_id" UUID,
    "added_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "ticket_participant_pkey" PRIMARY KEY ("tenant_id","ticket_id","contact_id")
);

-- CreateIndex
CREATE INDEX "ticket_participant_tenant_id_contact_id_idx" ON "ticket_participant"("tenant_id", "contact_id");

-- CreateIndex
CREATE INDEX "ticket_participant_tenant_id_added_by_id_idx" ON "ticket_participant"("tenant_id", "added_by_id");

-- AddForeignKey
ALTER TABLE "ticket_participant" ADD CONSTRAINT "ticket_participant_tenant_id_ticket_id_fkey" FOREIGN KEY ("tenant_id", "ticket_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_participant" ADD CONSTRAINT "ticket_participant_tenant_id_contact_id_fkey" FOREIGN KEY ("tenant_id", "contact_id") REFERENCES "contact"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_participant" ADD CONSTRAINT "ticket_participant_tenant_id_added_by_id_fkey" FOREIGN KEY ("tenant_id", "added_by_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
