-- AlterTable
ALTER TABLE "sla_clock" ADD COLUMN     "overrun_from" TIMESTAMPTZ(3),
ADD COLUMN     "overrun_until" TIMESTAMPTZ(3);
