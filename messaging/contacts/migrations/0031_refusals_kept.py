"""Walls, the digest of an erased number, and a history of the opt-out list that nobody can forget to write or can rewrite."""

from django.db import migrations

from smsmerkezi.postgres import wall

# HMAC-SHA256 from the key's two pads; `messaging.contacts.erased` says why PostgreSQL computes it.
DIGEST = """
CREATE FUNCTION contacts_digest(pads bytea, firm bigint, msisdn bigint) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN sha256(substr(pads, 65) || sha256(substr(pads, 1, 64) || convert_to(firm || ':' || msisdn, 'UTF8')));
"""
HISTORY = """
CREATE FUNCTION contacts_tell_refusals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO contacts_optoutevent (tenant_id, msisdn, kind, source, reason, user_id, created_at)
  SELECT tenant_id, msisdn, 'refused', source, note, user_id, created_at FROM fresh;
  RETURN NULL;
END $$;
CREATE TRIGGER told_on_insert AFTER INSERT ON contacts_optout REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION contacts_tell_refusals();

CREATE FUNCTION contacts_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.msisdn IS NOT NULL AND NEW.msisdn IS NULL AND NEW.digest IS NOT NULL
    AND (OLD.id, OLD.tenant_id, OLD.kind, OLD.source, OLD.user_id, OLD.created_at)
      IS NOT DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.kind, NEW.source, NEW.user_id, NEW.created_at)
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'contacts_optoutevent is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER never_changed BEFORE UPDATE ON contacts_optoutevent FOR EACH ROW EXECUTE FUNCTION contacts_keep_history();

INSERT INTO contacts_optoutevent (tenant_id, msisdn, kind, source, reason, created_at)
SELECT tenant_id, msisdn, 'refused', source, note, created_at FROM contacts_optout ORDER BY id;
"""
UNDO_HISTORY = """
DROP TRIGGER told_on_insert ON contacts_optout;
DROP TRIGGER never_changed ON contacts_optoutevent;
DROP FUNCTION contacts_tell_refusals(), contacts_keep_history();
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0030_refusals")]
    operations = [
        migrations.RunSQL(DIGEST, "DROP FUNCTION contacts_digest(bytea, bigint, bigint);"),
        migrations.RunSQL(HISTORY, UNDO_HISTORY),
        wall.around("contacts_erasedoptout"),
        wall.around("contacts_optoutevent"),
    ]
