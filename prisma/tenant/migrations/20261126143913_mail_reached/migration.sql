-- AlterTable
ALTER TABLE "outbound_mail" ADD COLUMN     "reached" TEXT[] DEFAULT ARRAY[]::TEXT[];
