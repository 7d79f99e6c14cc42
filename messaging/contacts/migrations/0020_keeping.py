"""What the database keeps of contacts by itself: keys to find them by, how many there are, who of them opted out; and walls."""

from django.db import migrations

from smsmerkezi.postgres import wall

# Counters, keys and refusals follow in the statement that changes a contact or the list, so no writer can forget them.
# Whoever changes either holds the firm's tally first: a contact and a refusal of one number that come at the same time
# take turns, and the later one sees the other. A statement's trigger fires for no rows, too: that ends the recursion.
KEEPING = """
CREATE FUNCTION contacts_hold_tally(firms bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO contacts_tally (tenant_id, total, opted_out) SELECT f, 0, 0 FROM unnest(firms) f ORDER BY f ON CONFLICT DO NOTHING;
  PERFORM 1 FROM contacts_tally WHERE tenant_id = ANY (firms) ORDER BY tenant_id FOR NO KEY UPDATE;
END $$;

CREATE FUNCTION contacts_add_keys(ids bigint[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO contacts_key (tenant_id, kind, word, contact_id)
  SELECT c.tenant_id, k.kind, k.word, c.id FROM contacts_contact c, LATERAL (
    SELECT 0 AS kind, w AS word FROM unnest(string_to_array(c.folded, ' ')) w WHERE w <> ''
    UNION SELECT 1, t FROM jsonb_array_elements_text(c.tags) t
  ) k WHERE c.id = ANY (ids)
$$;

CREATE FUNCTION contacts_count(firm bigint, people bigint, refused bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE contacts_tally SET total = total + people, opted_out = opted_out + refused
  WHERE tenant_id = firm AND (people <> 0 OR refused <> 0)
$$;

CREATE FUNCTION contacts_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM fresh) THEN RETURN NULL; END IF;
  PERFORM contacts_hold_tally(array_agg(DISTINCT tenant_id)) FROM fresh HAVING count(*) > 0;
  PERFORM contacts_count(tenant_id, count(*) FILTER (WHERE archived_at IS NULL),
    count(*) FILTER (WHERE archived_at IS NULL AND opt_out_at IS NOT NULL)) FROM fresh GROUP BY tenant_id;
  PERFORM contacts_add_keys(array_agg(id)) FROM fresh HAVING count(*) > 0;
  UPDATE contacts_contact c SET opt_out_at = o.created_at FROM fresh f
    JOIN contacts_optout o ON o.tenant_id = f.tenant_id AND o.msisdn = f.msisdn WHERE c.id = f.id;
  RETURN NULL;
END $$;

CREATE FUNCTION contacts_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM fresh) THEN RETURN NULL; END IF;
  PERFORM contacts_hold_tally(array_agg(DISTINCT tenant_id)) FROM fresh HAVING count(*) > 0;
  PERFORM contacts_count(d.tenant_id, sum(d.people)::bigint, sum(d.refused)::bigint) FROM (
    SELECT tenant_id, 1 AS people, (opt_out_at IS NOT NULL)::int AS refused FROM fresh WHERE archived_at IS NULL
    UNION ALL SELECT tenant_id, -1, -(opt_out_at IS NOT NULL)::int FROM stale WHERE archived_at IS NULL
  ) d GROUP BY d.tenant_id;
  IF EXISTS (SELECT 1 FROM fresh f JOIN stale s USING (id) WHERE (f.folded, f.tags) IS DISTINCT FROM (s.folded, s.tags)) THEN
    DELETE FROM contacts_key k USING fresh f JOIN stale s USING (id)
      WHERE k.contact_id = f.id AND (f.folded, f.tags) IS DISTINCT FROM (s.folded, s.tags);
    PERFORM contacts_add_keys(array_agg(f.id)) FROM fresh f JOIN stale s USING (id)
      WHERE (f.folded, f.tags) IS DISTINCT FROM (s.folded, s.tags) HAVING count(*) > 0;
  END IF;
  UPDATE contacts_contact c SET opt_out_at = (
      SELECT o.created_at FROM contacts_optout o WHERE o.tenant_id = f.tenant_id AND o.msisdn = f.msisdn
    ) FROM fresh f JOIN stale s USING (id) WHERE c.id = f.id AND f.msisdn <> s.msisdn;
  RETURN NULL;
END $$;

CREATE FUNCTION contacts_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM stale) THEN RETURN NULL; END IF;
  PERFORM contacts_count(tenant_id, -count(*) FILTER (WHERE archived_at IS NULL),
    -count(*) FILTER (WHERE archived_at IS NULL AND opt_out_at IS NOT NULL)) FROM stale GROUP BY tenant_id;
  DELETE FROM contacts_key k USING stale s WHERE k.contact_id = s.id;
  RETURN NULL;
END $$;

CREATE FUNCTION contacts_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM fresh) THEN RETURN NULL; END IF;
  PERFORM contacts_hold_tally(array_agg(DISTINCT tenant_id)) FROM fresh HAVING count(*) > 0;
  UPDATE contacts_contact c SET opt_out_at = f.created_at FROM fresh f
    WHERE c.tenant_id = f.tenant_id AND c.msisdn = f.msisdn;
  RETURN NULL;
END $$;

CREATE FUNCTION contacts_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM stale) THEN RETURN NULL; END IF;
  PERFORM contacts_hold_tally(array_agg(DISTINCT tenant_id)) FROM stale HAVING count(*) > 0;
  UPDATE contacts_contact c SET opt_out_at = NULL FROM stale s
    WHERE c.tenant_id = s.tenant_id AND c.msisdn = s.msisdn;
  RETURN NULL;
END $$;

CREATE TRIGGER kept_on_insert AFTER INSERT ON contacts_contact REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION contacts_inserted();
CREATE TRIGGER kept_on_update AFTER UPDATE ON contacts_contact REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION contacts_updated();
CREATE TRIGGER kept_on_delete AFTER DELETE ON contacts_contact REFERENCING OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION contacts_deleted();
CREATE TRIGGER shown_on_insert AFTER INSERT ON contacts_optout REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION contacts_refused();
CREATE TRIGGER shown_on_delete AFTER DELETE ON contacts_optout REFERENCING OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION contacts_allowed();
"""
UNDO = """
DROP TRIGGER kept_on_insert ON contacts_contact;
DROP TRIGGER kept_on_update ON contacts_contact;
DROP TRIGGER kept_on_delete ON contacts_contact;
DROP TRIGGER shown_on_insert ON contacts_optout;
DROP TRIGGER shown_on_delete ON contacts_optout;
DROP FUNCTION contacts_inserted(), contacts_updated(), contacts_deleted(), contacts_refused(), contacts_allowed();
DROP FUNCTION contacts_hold_tally(bigint[]), contacts_add_keys(bigint[]), contacts_count(bigint, bigint, bigint);
"""
TABLES = ("contact", "key", "tally", "group", "membership")


class Migration(migrations.Migration):
    dependencies = [("contacts", "0011_contacts")]
    operations = [
        migrations.RunSQL(KEEPING, UNDO),
        *(wall.around(f"contacts_{table}") for table in TABLES),
    ]
