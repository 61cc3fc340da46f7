-- AlterTable
ALTER TABLE "person" ADD COLUMN     "avatar_url" TEXT,
ADD COLUMN     "last_name" TEXT,
ADD COLUMN     "username" TEXT;

-- AlterTable
ALTER TABLE "canned_response" ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "macro" ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "category" ADD COLUMN     "description" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "is_active" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "custom_field" ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "notification_hook" ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "ticket" ADD COLUMN     "creator_email" TEXT,
ADD COLUMN     "creator_name" TEXT,
ADD COLUMN     "creator_phone" TEXT,
ADD COLUMN     "first_opened_at" TIMESTAMPTZ(3),
ADD COLUMN     "is_public" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "view" ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "email" TEXT,
ADD COLUMN     "favicon_url" TEXT,
ADD COLUMN     "logo_url" TEXT,
ADD COLUMN     "organization_size" TEXT,
ADD COLUMN     "phone" TEXT,
ADD COLUMN     "support_url" TEXT,
ADD COLUMN     "website" TEXT;

-- One person a name, among those who are there.
CREATE UNIQUE INDEX "person_username" ON "person" ("tenant_id", "username") WHERE deleted_at IS NULL;
