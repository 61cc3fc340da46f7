-- AlterTable
ALTER TABLE "outbound_mail" ADD COLUMN     "files" JSONB NOT NULL DEFAULT '[]';
