-- CreateTable
CREATE TABLE "rate_bucket" (
    "key" UUID NOT NULL,
    "tokens" DOUBLE PRECISION NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "size" DOUBLE PRECISION NOT NULL,
    "per_second" DOUBLE PRECISION NOT NULL,
    "given" DOUBLE PRECISION NOT NULL,
    "wanted" DOUBLE PRECISION NOT NULL,
    "granted" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "rate_bucket_pkey" PRIMARY KEY ("key")
);

-- Written with every second of requests, and worth nothing after a crash: every bucket is full again.
ALTER TABLE "rate_bucket" SET UNLOGGED;
