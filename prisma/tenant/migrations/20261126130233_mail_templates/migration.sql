-- AlterTable
ALTER TABLE "person" ADD COLUMN     "signature_html" TEXT;

-- AlterTable
ALTER TABLE "department" ADD COLUMN     "sender_name" TEXT,
ADD COLUMN     "sender_shows_agent" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "signature_html" TEXT;

-- CreateTable
CREATE TABLE "mail_template" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "event" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "body_html" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mail_template_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "mail_template_tenant_id_event_language_key" ON "mail_template"("tenant_id", "event", "language");
