-- The one way in which the audit trail goes: a piece at a time, with the whole workspace, once that is past restoring. The tenant's
-- role may call it and nothing else that removes events; which workspaces are being purged is written by the platform alone.
CREATE FUNCTION "purge_trail"(at_most INTEGER) RETURNS INTEGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  own UUID := NULLIF(current_setting('app.tenant_id', true), '')::uuid;
  purged INTEGER;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM platform.tenant WHERE id = own AND purging_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the audit trail goes with its workspace only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM event WHERE ctid = ANY (ARRAY(SELECT ctid FROM event WHERE tenant_id = own LIMIT at_most));
  GET DIAGNOSTICS purged = ROW_COUNT;
  IF purged = 0 THEN
    DELETE FROM event_head WHERE tenant_id = own;
  END IF;
  RETURN purged;
END $$;
