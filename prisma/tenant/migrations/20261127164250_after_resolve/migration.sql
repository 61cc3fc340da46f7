-- CreateEnum
CREATE TYPE "AfterResolve" AS ENUM ('next', 'stay', 'list');

-- AlterTable
ALTER TABLE "person" ADD COLUMN     "after_resolve" "AfterResolve" NOT NULL DEFAULT 'next';
