-- Run after the migrations of every tenant schema; can be run again. Where the server has pgvector, passages of articles get a column of
-- vectors for each size that models have. Where it has not, or may not be given it, all else works as ever.
DO $$
DECLARE
  here text := current_schema();
  size int;
BEGIN
  IF to_regclass(format('%I.kb_embedding', here)) IS NULL THEN RETURN; END IF;
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = format('%I.kb_embedding', here)::regclass AND attname = 'v1536') THEN RETURN; END IF;
  -- From 0.8 on an index goes on where what it found first is other workspaces'.
  IF NOT EXISTS (SELECT FROM pg_available_extensions
    WHERE name = 'vector' AND string_to_array(coalesce(installed_version, default_version), '.')::int[] >= '{0,8}') THEN RETURN; END IF;
  BEGIN
    CREATE EXTENSION IF NOT EXISTS vector SCHEMA public;
    FOREACH size IN ARRAY ARRAY[384, 768, 1024, 1536] LOOP
      EXECUTE format('ALTER TABLE %I.kb_embedding ADD COLUMN v%s vector(%s)', here, size, size);
      EXECUTE format('CREATE INDEX kb_embedding_v%s ON %I.kb_embedding USING hnsw (v%s vector_cosine_ops)', size, here, size);
    END LOOP;
  EXCEPTION WHEN insufficient_privilege OR undefined_object OR undefined_file OR feature_not_supported THEN
    RAISE WARNING 'pgvector cannot be used: %', SQLERRM;
  END;
END $$;
