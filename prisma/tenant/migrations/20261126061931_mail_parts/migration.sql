-- AlterTable
ALTER TABLE "inbound_mail" ADD COLUMN     "is_whole" BOOLEAN NOT NULL DEFAULT true;

-- CreateTable
CREATE TABLE "inbound_mail_part" (
    "tenant_id" UUID NOT NULL,
    "mail_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "inbound_mail_part_pkey" PRIMARY KEY ("tenant_id","mail_id","position")
);

-- AddForeignKey
ALTER TABLE "inbound_mail_part" ADD CONSTRAINT "inbound_mail_part_tenant_id_mail_id_fkey" FOREIGN KEY ("tenant_id", "mail_id") REFERENCES "inbound_mail"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
