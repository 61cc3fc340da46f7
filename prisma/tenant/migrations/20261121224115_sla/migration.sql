-- CreateEnum
CREATE TYPE "SlaEvaluation" AS ENUM ('ticket_creation', 'conditions_met');

-- CreateEnum
CREATE TYPE "SlaMetric" AS ENUM ('first_response', 'next_response', 'resolution');

-- CreateEnum
CREATE TYPE "TargetUnit" AS ENUM ('minutes', 'hours', 'days', 'weeks');

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "sla_enabled" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "sla_version" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "ticket" ADD COLUMN     "sla_due_at" TIMESTAMPTZ(3),
ADD COLUMN     "sla_matched_at" TIMESTAMPTZ(3),
ADD COLUMN     "sla_policy_id" UUID;

-- CreateTable
CREATE TABLE "calendar" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "schedule" JSONB NOT NULL,
    "holidays" JSONB NOT NULL DEFAULT '[]',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "calendar_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "sla_policy" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "filter" TEXT NOT NULL DEFAULT '',
    "evaluation" "SlaEvaluation" NOT NULL DEFAULT 'ticket_creation',
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "position" INTEGER NOT NULL,
    "pauses_on_hold" BOOLEAN NOT NULL DEFAULT true,
    "pauses_on_waiting" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "sla_policy_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "sla_target" (
    "tenant_id" UUID NOT NULL,
    "policy_id" UUID NOT NULL,
    "metric" "SlaMetric" NOT NULL,
    "priority" "Priority" NOT NULL,
    "amount" INTEGER NOT NULL,
    "unit" "TargetUnit" NOT NULL,
    "calendar_id" UUID,

    CONSTRAINT "sla_target_pkey" PRIMARY KEY ("tenant_id","policy_id","metric","priority")
);

-- CreateTable
CREATE TABLE "sla_clock" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "ticket_id" UUID NOT NULL,
    "metric" "SlaMetric" NOT NULL,
    "cycle" INTEGER NOT NULL,
    "policy_id" UUID NOT NULL,
    "priority" "Priority" NOT NULL,
    "calendar_id" UUID,
    "target_minutes" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "paused_at" TIMESTAMPTZ(3),
    "stopped_at" TIMESTAMPTZ(3),
    "breached_at" TIMESTAMPTZ(3),
    "consumed_ms" DOUBLE PRECISION,
    "holder_id" UUID,
    "department_id" UUID,

    CONSTRAINT "sla_clock_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "sla_target_tenant_id_calendar_id_idx" ON "sla_target"("tenant_id", "calendar_id");

-- CreateIndex
CREATE INDEX "sla_clock_tenant_id_policy_id_idx" ON "sla_clock"("tenant_id", "policy_id");

-- CreateIndex
CREATE INDEX "sla_clock_tenant_id_calendar_id_idx" ON "sla_clock"("tenant_id", "calendar_id");

-- CreateIndex
CREATE INDEX "sla_clock_tenant_id_holder_id_idx" ON "sla_clock"("tenant_id", "holder_id");

-- CreateIndex
CREATE INDEX "sla_clock_tenant_id_department_id_idx" ON "sla_clock"("tenant_id", "department_id");

-- CreateIndex
CREATE UNIQUE INDEX "sla_clock_tenant_id_ticket_id_metric_cycle_key" ON "sla_clock"("tenant_id", "ticket_id", "metric", "cycle");

-- CreateIndex
CREATE INDEX "ticket_tenant_id_sla_due_at_id_idx" ON "ticket"("tenant_id", "sla_due_at", "id");

-- CreateIndex
CREATE INDEX "ticket_tenant_id_sla_policy_id_idx" ON "ticket"("tenant_id", "sla_policy_id");

-- AddForeignKey
ALTER TABLE "ticket" ADD CONSTRAINT "ticket_tenant_id_sla_policy_id_fkey" FOREIGN KEY ("tenant_id", "sla_policy_id") REFERENCES "sla_policy"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sla_target" ADD CONSTRAINT "sla_target_tenant_id_policy_id_fkey" FOREIGN KEY ("tenant_id", "policy_id") REFERENCES "sla_policy"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sla_target" ADD CONSTRAINT "sla_target_tenant_id_calendar_id_fkey" FOREIGN KEY ("tenant_id", "calendar_id") REFERENCES "calendar"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sla_clock" ADD CONSTRAINT "sla_clock_tenant_id_ticket_id_fkey" FOREIGN KEY ("tenant_id", "ticket_id") REFERENCES "ticket"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sla_clock" ADD CONSTRAINT "sla_clock_tenant_id_policy_id_fkey" FOREIGN KEY ("tenant_id", "policy_id") REFERENCES "sla_policy"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sla_clock" ADD CONSTRAINT "sla_clock_tenant_id_calendar_id_fkey" FOREIGN KEY ("tenant_id", "calendar_id") REFERENCES "calendar"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sla_clock" ADD CONSTRAINT "sla_clock_tenant_id_holder_id_fkey" FOREIGN KEY ("tenant_id", "holder_id") REFERENCES "person"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sla_clock" ADD CONSTRAINT "sla_clock_tenant_id_department_id_fkey" FOREIGN KEY ("tenant_id", "department_id") REFERENCES "department"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the sweep reads: clocks that run, by when they are due.
CREATE INDEX "sla_clock_due_idx" ON "sla_clock" ("due_at") WHERE "stopped_at" IS NULL AND "breached_at" IS NULL AND "due_at" IS NOT NULL;

-- Open tickets by their next deadline, as the lists ask for them.
CREATE INDEX "ticket_open_sla_idx" ON "ticket"("tenant_id", (coalesce("sla_due_at", 'infinity')), "id")
  WHERE "deleted_at" IS NULL AND "archived_at" IS NULL AND "status" IN ('created', 'assigned', 'in_progress', 'hold');
