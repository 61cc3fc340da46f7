-- AlterTable
ALTER TABLE "ticket_message" ADD COLUMN     "is_unreached" BOOLEAN NOT NULL DEFAULT false;
