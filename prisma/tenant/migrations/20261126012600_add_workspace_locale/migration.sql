-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "locale" TEXT NOT NULL DEFAULT 'en';
