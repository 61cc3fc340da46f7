-- CreateIndex
CREATE INDEX "contact_tenant_id_owner_id_idx" ON "contact"("tenant_id", "owner_id");

-- CreateIndex
CREATE INDEX "custom_field_tenant_id_department_id_idx" ON "custom_field"("tenant_id", "department_id");

-- CreateIndex
CREATE INDEX "view_tenant_id_department_id_idx" ON "view"("tenant_id", "department_id");

-- CreateIndex
CREATE INDEX "ticket_message_tenant_id_contact_id_idx" ON "ticket_message"("tenant_id", "contact_id");

-- CreateIndex
CREATE INDEX "ticket_message_tenant_id_person_id_idx" ON "ticket_message"("tenant_id", "person_id");

-- CreateIndex
CREATE INDEX "attachment_tenant_id_person_id_idx" ON "attachment"("tenant_id", "person_id");

-- CreateIndex
CREATE INDEX "canned_response_tenant_id_department_id_idx" ON "canned_response"("tenant_id", "department_id");

-- CreateIndex
CREATE INDEX "macro_tenant_id_department_id_idx" ON "macro"("tenant_id", "department_id");

-- CreateIndex
CREATE INDEX "inbound_mail_tenant_id_ticket_id_idx" ON "inbound_mail"("tenant_id", "ticket_id");

-- CreateIndex
CREATE INDEX "outbound_mail_tenant_id_ticket_id_idx" ON "outbound_mail"("tenant_id", "ticket_id");

-- CreateIndex
CREATE INDEX "notification_tenant_id_ticket_id_idx" ON "notification"("tenant_id", "ticket_id");

-- Two views that hold little of what is open.
CREATE INDEX "ticket_unread_idx" ON "ticket"("tenant_id", "updated_at" DESC, "id" DESC)
  WHERE has_new_reply AND status IN ('created', 'assigned', 'in_progress', 'hold') AND deleted_at IS NULL;
CREATE INDEX "ticket_hold_idx" ON "ticket"("tenant_id", "updated_at" DESC, "id" DESC) WHERE status = 'hold' AND deleted_at IS NULL;
