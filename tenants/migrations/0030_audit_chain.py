"""Every entry of the audit trail is sealed into its firm's chain as its transaction commits (docs/adr/0013-audit-chain.md)."""

from django.db import migrations

# The text of a jsonb is canonical in PostgreSQL: keys in one order, one way to write each value. The time is written
# without a zone, in UTC, so that no session's TimeZone changes it. The verifier has its own copy (tenants/audit_chain.py).
CANONICAL = """
CREATE FUNCTION audit_canonical(entry tenants_auditentry) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT convert_to(jsonb_build_object(
    'id', entry.id, 'tenant_id', entry.tenant_id, 'user_id', entry.user_id, 'token_id', entry.token_id,
    'action', entry.action, 'entity_type', entry.entity_type, 'entity_id', entry.entity_id, 'changes', entry.changes,
    'acting', entry.acting, 'meta', entry.meta, 'ip', entry.ip, 'user_agent', entry.user_agent,
    'created_at', entry.created_at AT TIME ZONE 'UTC')::text, 'UTF8')
$$;
"""
# One UPDATE locks the head, computes with what it finds there after its wait, and moves it forward.
CHAIN = """
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  place CONSTANT bigint := coalesce(NEW.tenant_id, 0);
  canonical CONSTANT bytea := audit_canonical(NEW);
  head tenants_audithead;
BEGIN
  LOOP
    UPDATE tenants_audithead SET seq = seq + 1, hash = sha256(hash || canonical) WHERE chain = place
      RETURNING * INTO head;
    EXIT WHEN FOUND;
    INSERT INTO tenants_audithead (chain, seq, hash) VALUES (place, 0, '') ON CONFLICT DO NOTHING;
  END LOOP;
  INSERT INTO tenants_auditlink (entry_id, chain, seq, hash) VALUES (NEW.id, place, head.seq, head.hash);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER chained AFTER INSERT ON tenants_auditentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_chain();
"""
# In one pass, because a head that one transaction moves a million times is a million dead rows to step over.
EXISTING = """
DO $$
DECLARE
  entry tenants_auditentry;
  head tenants_audithead;
BEGIN
  FOR entry IN SELECT * FROM tenants_auditentry ORDER BY coalesce(tenant_id, 0), id LOOP
    IF head.chain IS DISTINCT FROM coalesce(entry.tenant_id, 0) THEN
      head := (coalesce(entry.tenant_id, 0), 0, '');
    END IF;
    head.seq := head.seq + 1;
    head.hash := sha256(head.hash || audit_canonical(entry));
    INSERT INTO tenants_auditlink (entry_id, chain, seq, hash) VALUES (entry.id, head.chain, head.seq, head.hash);
  END LOOP;
  INSERT INTO tenants_audithead SELECT DISTINCT ON (chain) chain, seq, hash FROM tenants_auditlink ORDER BY chain, seq DESC;
END $$;
"""
GUARDS = """
CREATE FUNCTION audit_head_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.chain <> OLD.chain OR NEW.seq <> OLD.seq + 1 THEN
    RAISE EXCEPTION 'the head of a chain only moves forward' USING ERRCODE = 'SM002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER forward_only BEFORE UPDATE ON tenants_audithead FOR EACH ROW EXECUTE FUNCTION audit_head_moves();
CREATE TRIGGER never_deleted BEFORE DELETE ON tenants_audithead FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON tenants_auditlink FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON tenants_auditentry EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON tenants_auditlink EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON tenants_audithead EXECUTE FUNCTION refuse_change();
"""
UNDO_GUARDS = """
DROP TRIGGER forward_only ON tenants_audithead;
DROP TRIGGER never_deleted ON tenants_audithead;
DROP TRIGGER append_only ON tenants_auditlink;
DROP TRIGGER never_emptied ON tenants_auditentry;
DROP TRIGGER never_emptied ON tenants_auditlink;
DROP TRIGGER never_emptied ON tenants_audithead;
DROP FUNCTION audit_head_moves();
"""
UNDO_CHAIN = "DROP TRIGGER chained ON tenants_auditentry; DROP FUNCTION audit_chain();"


class Migration(migrations.Migration):
    dependencies = [("tenants", "0020_account")]
    operations = [
        migrations.RunSQL(  # few rows, each changed with every entry of its firm
            "ALTER TABLE tenants_audithead SET (fillfactor = 50)", migrations.RunSQL.noop
        ),
        migrations.RunSQL(CANONICAL, "DROP FUNCTION audit_canonical(tenants_auditentry);"),
        migrations.RunSQL(CHAIN, UNDO_CHAIN),  # its lock lets no entry in before the commit
        migrations.RunSQL(EXISTING, "DELETE FROM tenants_auditlink; DELETE FROM tenants_audithead;"),
        migrations.RunSQL(GUARDS, UNDO_GUARDS),
    ]
