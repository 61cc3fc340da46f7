-- AlterTable
ALTER TABLE "ticket_message" ADD COLUMN     "addressees" JSONB;

-- AlterTable
ALTER TABLE "draft" ADD COLUMN     "addressees" JSONB;
