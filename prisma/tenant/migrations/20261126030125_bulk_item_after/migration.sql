-- AlterTable
ALTER TABLE "bulk_item" DROP COLUMN "version_after",
ADD COLUMN     "after" JSONB;
