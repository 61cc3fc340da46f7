-- Addresses are stored in their normal form: the domain in ASCII. Forced again by secure.sql, which runs after every migration.
ALTER TABLE "contact_address" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "person" NO FORCE ROW LEVEL SECURITY;

DO $$
DECLARE
  kept record;
  label text;
  made text;
  points int[];
  code int;
  delta int;
  bias int;
  handled int;
  basic int;
  least int;
  q int;
  k int;
  t int;
  digits constant text := 'abcdefghijklmnopqrstuvwxyz0123456789';
  part text;
BEGIN
  FOR kept IN SELECT 'contact_address' AS source, tenant_id, email FROM "contact_address" WHERE split_part(email, '@', -1) ~ '[^\x01-\x7f]'
    UNION ALL SELECT 'person', tenant_id, email FROM "person" WHERE split_part(email, '@', -1) ~ '[^\x01-\x7f]' LOOP
    made := '';
    FOREACH label IN ARRAY string_to_array(lower(normalize(split_part(kept.email, '@', -1), NFKC)), '.') LOOP
      part := label;
      IF label ~ '[^\x01-\x7f]' THEN
        -- Punycode (RFC 3492, section 6.3).
        points := ARRAY(SELECT ascii(letter) FROM regexp_split_to_table(label, '') WITH ORDINALITY AS each(letter, place) ORDER BY place);
        part := regexp_replace(label, '[^\x01-\x7f]', '', 'g');
        basic := length(part);
        handled := basic;
        IF basic > 0 THEN part := part || '-'; END IF;
        code := 128;
        delta := 0;
        bias := 72;
        WHILE handled < cardinality(points) LOOP
          SELECT min(point) INTO least FROM unnest(points) AS point WHERE point >= code;
          delta := delta + (least - code) * (handled + 1);
          code := least;
          FOR at IN 1 .. cardinality(points) LOOP
            IF points[at] < code THEN
              delta := delta + 1;
            ELSIF points[at] = code THEN
              q := delta;
              k := 36;
              LOOP
                t := CASE WHEN k <= bias THEN 1 WHEN k >= bias + 26 THEN 26 ELSE k - bias END;
                EXIT WHEN q < t;
                part := part || substr(digits, t + (q - t) % (36 - t) + 1, 1);
                q := (q - t) / (36 - t);
                k := k + 36;
              END LOOP;
              part := part || substr(digits, q + 1, 1);
              delta := CASE WHEN handled = basic THEN delta / 700 ELSE delta / 2 END;
              delta := delta + delta / (handled + 1);
              k := 0;
              WHILE delta > 455 LOOP
                delta := delta / 35;
                k := k + 36;
              END LOOP;
              bias := k + 36 * delta / (delta + 38);
              delta := 0;
              handled := handled + 1;
            END IF;
          END LOOP;
          delta := delta + 1;
          code := code + 1;
        END LOOP;
        part := 'xn--' || part;
      END IF;
      made := made || CASE WHEN made = '' THEN '' ELSE '.' END || part;
    END LOOP;
    made := regexp_replace(kept.email, '@[^@]*$', '') || '@' || made;
    -- Who has both already keeps both.
    IF kept.source = 'contact_address' THEN
      UPDATE "contact_address" SET email = made WHERE tenant_id = kept.tenant_id AND email = kept.email
        AND NOT EXISTS (SELECT 1 FROM "contact_address" other WHERE other.tenant_id = kept.tenant_id AND other.email = made);
    ELSE
      UPDATE "person" SET email = made WHERE tenant_id = kept.tenant_id AND email = kept.email
        AND NOT EXISTS (SELECT 1 FROM "person" other WHERE other.tenant_id = kept.tenant_id AND other.email = made);
    END IF;
  END LOOP;
END $$;
