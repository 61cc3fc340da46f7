-- CreateEnum
CREATE TYPE "Rating" AS ENUM ('very_bad', 'bad', 'okay', 'good', 'very_good');

-- AlterTable
ALTER TABLE "ticket" ADD COLUMN     "rating" "Rating",
ADD COLUMN     "rating_comment" TEXT;

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "asks_rating" BOOLEAN NOT NULL DEFAULT true;
