-- AlterTable
ALTER TABLE "ticket_message" ADD COLUMN     "quoted_html" TEXT;
