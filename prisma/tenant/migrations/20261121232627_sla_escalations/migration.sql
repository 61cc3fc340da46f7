-- CreateEnum
CREATE TYPE "EscalationKind" AS ENUM ('reminder', 'escalation');

-- AlterTable
ALTER TABLE "sla_clock" ADD COLUMN     "next_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "sla_escalation" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "policy_id" UUID NOT NULL,
    "metric" "SlaMetric" NOT NULL,
    "kind" "EscalationKind" NOT NULL,
    "minutes" INTEGER NOT NULL,
    "actions" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "sla_escalation_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "sla_firing" (
    "tenant_id" UUID NOT NULL,
    "clock_id" UUID NOT NULL,
    "escalation_id" UUID NOT NULL,
    "planned_at" TIMESTAMPTZ(3) NOT NULL,
    "fired_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sla_firing_pkey" PRIMARY KEY ("tenant_id","clock_id","escalation_id")
);

-- CreateIndex
CREATE INDEX "sla_escalation_tenant_id_policy_id_idx" ON "sla_escalation"("tenant_id", "policy_id");

-- CreateIndex
CREATE INDEX "sla_firing_tenant_id_escalation_id_idx" ON "sla_firing"("tenant_id", "escalation_id");

-- AddForeignKey
ALTER TABLE "sla_escalation" ADD CONSTRAINT "sla_escalation_tenant_id_policy_id_fkey" FOREIGN KEY ("tenant_id", "policy_id") REFERENCES "sla_policy"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sla_firing" ADD CONSTRAINT "sla_firing_tenant_id_clock_id_fkey" FOREIGN KEY ("tenant_id", "clock_id") REFERENCES "sla_clock"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sla_firing" ADD CONSTRAINT "sla_firing_tenant_id_escalation_id_fkey" FOREIGN KEY ("tenant_id", "escalation_id") REFERENCES "sla_escalation"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the sweep reads: clocks about which something is to be done, by when.
DROP INDEX "sla_clock_due_idx";
CREATE INDEX "sla_clock_next_idx" ON "sla_clock" ("next_at") WHERE "next_at" IS NOT NULL;

-- Deadlines that passed, the latest first; and what was decided in a period.
CREATE INDEX "sla_clock_breached_idx" ON "sla_clock" ("tenant_id", "breached_at" DESC, "id" DESC) WHERE "breached_at" IS NOT NULL;
CREATE INDEX "sla_clock_decided_idx" ON "sla_clock" ("tenant_id", (coalesce("breached_at", "stopped_at")));
