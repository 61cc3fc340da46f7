-- CreateTable
CREATE TABLE "event_head" (
    "tenant_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "event_head_pkey" PRIMARY KEY ("tenant_id")
);

-- AlterTable
ALTER TABLE "event" ADD COLUMN     "hash" BYTEA NOT NULL DEFAULT '\x',
ADD COLUMN     "reason" TEXT,
ADD COLUMN     "seq" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "event_delivery" ADD COLUMN     "lane" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "seq" BIGINT NOT NULL DEFAULT 0;

-- What an event's seal covers: all that was said about it, and the seal before it.
CREATE FUNCTION "event_seal"(before BYTEA, e "event") RETURNS BYTEA LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(before || convert_to(jsonb_build_array(e.tenant_id, e.seq, e.id, e.type, e.subject_id, e.actor_kind, e.actor_id,
    e.payload, e.reason, e.request_id, e.address, e.causation_id, e.depth, extract(epoch FROM e.occurred_at))::text, 'UTF8'))
$$;

-- Gives each event its place and its seal. The head is locked from the event's insertion to the commit, so places have
-- no gaps and follow the order of commits. Runs as the owner: the application's role cannot write the head.
CREATE FUNCTION "event_chain"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  before BYTEA;
BEGIN
  INSERT INTO event_head AS h (tenant_id, seq, hash) VALUES (NEW.tenant_id, 1, '\x')
    ON CONFLICT (tenant_id) DO UPDATE SET seq = h.seq + 1
    RETURNING seq, hash INTO NEW.seq, before;
  NEW.hash := event_seal(before, NEW);
  UPDATE event_head SET hash = NEW.hash WHERE tenant_id = NEW.tenant_id;
  RETURN NEW;
END $$;

-- What happened before is sealed as it stands. Forced again by secure.sql, which runs after every migration.
ALTER TABLE "event" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "event_delivery" NO FORCE ROW LEVEL SECURITY;
UPDATE "event" e SET seq = n.seq
  FROM (SELECT tenant_id, id, row_number() OVER (PARTITION BY tenant_id ORDER BY id) AS seq FROM "event") n
  WHERE e.tenant_id = n.tenant_id AND e.id = n.id;
DO $$
DECLARE
  e "event";
  tenant UUID;
  before BYTEA;
BEGIN
  FOR e IN SELECT * FROM "event" ORDER BY tenant_id, seq LOOP
    IF tenant IS DISTINCT FROM e.tenant_id THEN
      tenant := e.tenant_id;
      before := '\x';
    END IF;
    before := event_seal(before, e);
    UPDATE "event" SET hash = before WHERE tenant_id = e.tenant_id AND id = e.id;
    INSERT INTO event_head AS h VALUES (e.tenant_id, e.seq, before) ON CONFLICT (tenant_id) DO UPDATE SET seq = e.seq, hash = before;
  END LOOP;
END $$;
UPDATE "event_delivery" d SET seq = e.seq, lane = COALESCE(e.subject_id, e.id)::text
  FROM "event" e WHERE e.tenant_id = d.tenant_id AND e.id = d.event_id;
ALTER TABLE "event_delivery" ALTER COLUMN "lane" DROP DEFAULT, ALTER COLUMN "seq" DROP DEFAULT;

CREATE TRIGGER "event_chain" BEFORE INSERT ON "event" FOR EACH ROW EXECUTE FUNCTION "event_chain"();

-- CreateIndex
CREATE UNIQUE INDEX "event_tenant_id_seq_key" ON "event"("tenant_id", "seq");

DROP INDEX "event_delivery_due_of_tenant";
CREATE INDEX "event_delivery_lane" ON "event_delivery"("tenant_id", "subscriber", "lane", "seq") WHERE "status" IN ('pending', 'running');
CREATE INDEX "event_delivery_waiting" ON "event_delivery"("tenant_id", "seq") WHERE "status" IN ('pending', 'running');
CREATE INDEX "event_delivery_dead" ON "event_delivery"("tenant_id", "seq" DESC) WHERE "status" = 'dead';
