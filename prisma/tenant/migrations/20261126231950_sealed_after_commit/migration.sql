-- Writers only insert; places and seals are given after the commit, so that nobody waits for another's.
DROP TRIGGER "event_chain" ON "event";
DROP FUNCTION "event_chain"();

-- What is sealed keeps its order. One rewrite of the table, which leaves no dead rows.
ALTER TABLE "event" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "event" ADD COLUMN "n" BIGINT,
ALTER COLUMN "seq" DROP NOT NULL,
ALTER COLUMN "seq" DROP DEFAULT,
ALTER COLUMN "hash" DROP NOT NULL,
ALTER COLUMN "hash" DROP DEFAULT;
ALTER TABLE "event" ALTER COLUMN "n" TYPE BIGINT USING "seq";
ALTER TABLE "event" ALTER COLUMN "n" SET NOT NULL;
ALTER TABLE "event" ALTER COLUMN "n" ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('event', 'n'), coalesce(max("n"), 0) + 1, false) FROM "event";
ALTER TABLE "event_delivery" RENAME COLUMN "seq" TO "n";

CREATE INDEX "event_unsealed" ON "event"("tenant_id", "n") WHERE "seq" IS NULL;

-- Gives what is visible and has no place its place and its seal, in the order in which it was written. A snapshot that shows an
-- effect shows its cause, so nothing has to be waited for. One at a time of a tenant, and never in the way of a writer. Runs as the
-- owner: the application's role can write neither places nor the head.
-- Returns how many were sealed, or null where another is at it.
CREATE FUNCTION "seal_events"(at_most INTEGER) RETURNS INTEGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  own UUID := NULLIF(current_setting('app.tenant_id', true), '')::uuid;
  head event_head;
  e event;
  sealed INTEGER := 0;
BEGIN
  IF NOT EXISTS (SELECT FROM event WHERE tenant_id = own AND seq IS NULL) THEN
    RETURN 0;
  END IF;
  SELECT * INTO head FROM event_head WHERE tenant_id = own FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    -- An insertion would wait for whoever is changing the row.
    IF EXISTS (SELECT FROM event_head WHERE tenant_id = own) THEN
      RETURN NULL;
    END IF;
    INSERT INTO event_head VALUES (own, 0, '\x') ON CONFLICT DO NOTHING RETURNING * INTO head;
    IF NOT FOUND THEN
      RETURN NULL;
    END IF;
  END IF;
  FOR e IN SELECT * FROM event WHERE tenant_id = own AND seq IS NULL ORDER BY n LIMIT at_most LOOP
    head.seq := head.seq + 1;
    e.seq := head.seq;
    head.hash := event_seal(head.hash, e);
    UPDATE event SET seq = head.seq, hash = head.hash WHERE tenant_id = own AND id = e.id;
    sealed := sealed + 1;
  END LOOP;
  UPDATE event_head SET seq = head.seq, hash = head.hash WHERE tenant_id = own;
  RETURN sealed;
END $$;

-- Being sealed is all that ever happens to an event.
CREATE FUNCTION "event_stands"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an event that was written cannot be changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER "event_stands" BEFORE UPDATE ON "event" FOR EACH ROW
  WHEN (OLD.seq IS NOT NULL OR NEW.seq IS NULL OR NEW.hash IS NULL
    OR (OLD.tenant_id, OLD.id, OLD.n, OLD.type, OLD.subject_id, OLD.actor_kind, OLD.actor_id, OLD.payload, OLD.reason, OLD.request_id,
        OLD.address, OLD.causation_id, OLD.depth, OLD.occurred_at)
      IS DISTINCT FROM
       (NEW.tenant_id, NEW.id, NEW.n, NEW.type, NEW.subject_id, NEW.actor_kind, NEW.actor_id, NEW.payload, NEW.reason, NEW.request_id,
        NEW.address, NEW.causation_id, NEW.depth, NEW.occurred_at))
  EXECUTE FUNCTION "event_stands"();
