"""How many are in a group and how many of them can be written to, kept by the database; no circle of groups; what an import makes of tags and fields."""

from django.db import migrations

# Members that come, go, are archived or opt out change their groups' counts in the same statement. Whoever does that holds
# the firm's tally (0020), so two of them never wait for each other's groups.
KEEPING = """
CREATE FUNCTION contacts_joined() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM fresh) THEN RETURN NULL; END IF;
  PERFORM contacts_hold_tally(array_agg(DISTINCT tenant_id)) FROM fresh HAVING count(*) > 0;
  UPDATE contacts_group g SET total = g.total + d.people, reachable = g.reachable + d.open FROM (
    SELECT f.group_id, count(*) AS people, count(*) FILTER (WHERE c.opt_out_at IS NULL) AS open
    FROM fresh f JOIN contacts_contact c ON c.id = f.contact_id WHERE c.archived_at IS NULL GROUP BY f.group_id
  ) d WHERE g.id = d.group_id;
  RETURN NULL;
END $$;

CREATE FUNCTION contacts_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM stale) THEN RETURN NULL; END IF;
  UPDATE contacts_group g SET total = g.total - d.people, reachable = g.reachable - d.open FROM (
    SELECT s.group_id, count(*) AS people, count(*) FILTER (WHERE c.opt_out_at IS NULL) AS open
    FROM stale s JOIN contacts_contact c ON c.id = s.contact_id WHERE c.archived_at IS NULL GROUP BY s.group_id
  ) d WHERE g.id = d.group_id;
  RETURN NULL;
END $$;

CREATE FUNCTION contacts_members_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE contacts_group g SET total = g.total + d.people, reachable = g.reachable + d.open FROM (
    SELECT m.group_id, sum(x.people) AS people, sum(x.open) AS open FROM (
      SELECT f.id, (f.archived_at IS NULL)::int - (s.archived_at IS NULL)::int AS people,
        (f.archived_at IS NULL AND f.opt_out_at IS NULL)::int - (s.archived_at IS NULL AND s.opt_out_at IS NULL)::int AS open
      FROM fresh f JOIN stale s USING (id)
      WHERE (f.archived_at IS NULL, f.opt_out_at IS NULL) <> (s.archived_at IS NULL, s.opt_out_at IS NULL)
    ) x JOIN contacts_membership m ON m.contact_id = x.id GROUP BY m.group_id
  ) d WHERE g.id = d.group_id;
  RETURN NULL;
END $$;

CREATE FUNCTION contacts_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    WITH RECURSIVE above AS (
      SELECT NEW.parent_id AS id UNION SELECT g.parent_id FROM contacts_group g JOIN above a ON g.id = a.id
    ) SELECT 1 FROM above WHERE id = NEW.id
  ) THEN RAISE EXCEPTION 'a group below itself' USING ERRCODE = 'check_violation', CONSTRAINT = 'group_circle'; END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER counted_on_insert AFTER INSERT ON contacts_membership REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION contacts_joined();
CREATE TRIGGER counted_on_delete AFTER DELETE ON contacts_membership REFERENCING OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION contacts_left();
CREATE TRIGGER members_on_update AFTER UPDATE ON contacts_contact REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION contacts_members_changed();
CREATE TRIGGER no_circle BEFORE INSERT OR UPDATE OF parent_id ON contacts_group
  FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION contacts_no_circle();

CREATE FUNCTION contacts_merged_tags(old jsonb, fresh jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN old @> fresh OR jsonb_array_length(both_of) > 50 THEN old ELSE both_of END FROM (
    SELECT old || coalesce(jsonb_agg(t), '[]') AS both_of FROM jsonb_array_elements(fresh) t WHERE NOT old @> t) x
$$;
CREATE FUNCTION contacts_merged_fields(old jsonb, fresh jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN (SELECT count(*) FROM jsonb_object_keys(old || fresh)) > 30 THEN old ELSE old || fresh END
$$;

UPDATE contacts_group g SET total = d.people, reachable = d.open FROM (
  SELECT m.group_id, count(*) AS people, count(*) FILTER (WHERE c.opt_out_at IS NULL) AS open
  FROM contacts_membership m JOIN contacts_contact c ON c.id = m.contact_id WHERE c.archived_at IS NULL GROUP BY m.group_id
) d WHERE g.id = d.group_id;
"""
UNDO = """
DROP TRIGGER counted_on_insert ON contacts_membership;
DROP TRIGGER counted_on_delete ON contacts_membership;
DROP TRIGGER members_on_update ON contacts_contact;
DROP TRIGGER no_circle ON contacts_group;
DROP FUNCTION contacts_joined(), contacts_left(), contacts_members_changed(), contacts_no_circle();
DROP FUNCTION contacts_merged_tags(jsonb, jsonb), contacts_merged_fields(jsonb, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0034_groups")]
    operations = [migrations.RunSQL(KEEPING, UNDO)]
