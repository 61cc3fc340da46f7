-- AlterTable
ALTER TABLE "notification_hook" ADD COLUMN     "failures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "set_aside_until" TIMESTAMPTZ(3);
