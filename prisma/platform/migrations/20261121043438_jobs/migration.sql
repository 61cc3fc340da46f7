-- CreateEnum
CREATE TYPE "JobStatus" AS ENUM ('queued', 'running', 'failed', 'done', 'dead', 'cancelled');

-- CreateEnum
CREATE TYPE "JobPriority" AS ENUM ('high', 'normal', 'low');

-- CreateTable
CREATE TABLE "job" (
    "id" UUID NOT NULL,
    "tenant_id" UUID,
    "name" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "status" "JobStatus" NOT NULL DEFAULT 'queued',
    "priority" "JobPriority" NOT NULL,
    "unique_key" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "step" INTEGER NOT NULL DEFAULT 0,
    "total_steps" INTEGER NOT NULL DEFAULT 0,
    "message" TEXT,
    "last_error" TEXT,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dispatched_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "job_tenant_id_created_at_id_idx" ON "job"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "job_created_at_id_idx" ON "job"("created_at", "id");

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- One that waits or runs per tenant, name and key.
CREATE UNIQUE INDEX "job_unique_key" ON "job"(COALESCE("tenant_id", '00000000-0000-0000-0000-000000000000'), "name", "unique_key")
  WHERE "status" IN ('queued', 'running', 'failed');
-- What the sweep looks for, and only that.
CREATE INDEX "job_to_dispatch" ON "job"("due_at") WHERE "status" = 'queued' AND "dispatched_at" IS NULL;
CREATE INDEX "job_overdue" ON "job"("lease_until") WHERE "status" = 'running';
CREATE INDEX "job_dead" ON "job"("created_at") WHERE "status" = 'dead';
