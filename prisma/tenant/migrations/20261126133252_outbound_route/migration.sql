-- AlterTable
ALTER TABLE "outbound_mail" ADD COLUMN     "department_id" UUID,
ADD COLUMN     "mailbox_id" UUID;
