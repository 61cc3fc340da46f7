-- AlterTable
ALTER TABLE "attachment" ADD COLUMN     "quarantined_at" TIMESTAMPTZ(3);
