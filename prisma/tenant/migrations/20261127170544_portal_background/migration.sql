-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "portal_pattern" TEXT NOT NULL DEFAULT 'dots',
ADD COLUMN     "portal_photo_url" TEXT;
