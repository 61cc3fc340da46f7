-- AlterTable
ALTER TABLE "mailbox" ADD COLUMN     "idle_id" UUID,
ADD COLUMN     "idle_until" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "mailbox_folder" ADD COLUMN     "dated_until" BIGINT NOT NULL DEFAULT 0;
