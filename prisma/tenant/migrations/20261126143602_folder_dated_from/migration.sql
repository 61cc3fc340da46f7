-- AlterTable
ALTER TABLE "mailbox_folder" ADD COLUMN     "dated_from" TIMESTAMPTZ(3);
