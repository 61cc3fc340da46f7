-- CreateTable
CREATE TABLE "channel_head" (
    "tenant_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "channel_head_pkey" PRIMARY KEY ("tenant_id","channel")
);

-- CreateTable
CREATE TABLE "channel_message" (
    "tenant_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "channel_message_pkey" PRIMARY KEY ("tenant_id","event_id","channel")
);

-- CreateIndex
CREATE INDEX "channel_message_tenant_id_created_at_idx" ON "channel_message"("tenant_id", "created_at");

-- AddForeignKey
ALTER TABLE "channel_message" ADD CONSTRAINT "channel_message_tenant_id_event_id_fkey" FOREIGN KEY ("tenant_id", "event_id") REFERENCES "event"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
