-- AlterTable
ALTER TABLE "mailbox" DROP COLUMN "api_cursor";
