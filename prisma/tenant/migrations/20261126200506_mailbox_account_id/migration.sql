-- AlterTable
ALTER TABLE "mailbox" ADD COLUMN     "account_id" TEXT;
