-- AlterTable
ALTER TABLE "person" DROP COLUMN "failed_sign_ins",
DROP COLUMN "locked_until";
