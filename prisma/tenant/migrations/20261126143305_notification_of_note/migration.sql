-- AlterTable
ALTER TABLE "notification" ADD COLUMN     "is_of_note" BOOLEAN NOT NULL DEFAULT false;
