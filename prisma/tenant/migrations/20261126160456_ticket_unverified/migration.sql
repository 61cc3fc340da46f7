-- AlterTable
ALTER TABLE "ticket" ADD COLUMN     "is_unverified" BOOLEAN NOT NULL DEFAULT false;
