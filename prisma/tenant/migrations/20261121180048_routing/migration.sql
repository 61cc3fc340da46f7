-- CreateEnum
CREATE TYPE "Routing" AS ENUM ('manual', 'round_robin', 'least_loaded');

-- AlterTable
ALTER TABLE "department" ADD COLUMN     "routed_to_id" UUID,
ADD COLUMN     "routing" "Routing" NOT NULL DEFAULT 'manual',
ADD COLUMN     "routing_cap" INTEGER;
