-- CreateTable
CREATE TABLE "ignored_list" (
    "tenant_id" UUID NOT NULL,
    "list_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ignored_list_pkey" PRIMARY KEY ("tenant_id","list_id")
);
