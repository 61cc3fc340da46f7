-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "rate_limits" JSONB NOT NULL DEFAULT '{}';
