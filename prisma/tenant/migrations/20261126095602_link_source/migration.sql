-- AlterTable
ALTER TABLE "one_time_token" ADD COLUMN     "source" TEXT;
