"""`billing_post`, the one place where credit moves, and the ledger's append-only trigger. See billing/ledger.py."""

from django.db import migrations

POST = """
CREATE FUNCTION billing_post(
  p_tenant bigint, p_op_key text, p_reason text, p_delta bigint, p_reserved bigint, p_note text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  owned bigint; held bigint; entry bigint;
BEGIN
  -- The account's lock is taken last by every caller, one account at a time in tenant order: no deadlock.
  UPDATE billing_account SET balance = balance + p_delta, reserved = reserved + p_reserved
  WHERE tenant_id = p_tenant AND balance + p_delta >= reserved + p_reserved AND reserved + p_reserved >= 0
  RETURNING balance, reserved INTO owned, held;
  IF NOT FOUND THEN
    RETURN billing_refuse(p_tenant, p_op_key, p_reason, p_delta, p_reserved, p_note);
  END IF;
  -- A fresh statement sees what was committed while we waited for the lock: a replay posts nothing.
  INSERT INTO billing_ledgerentry
    (tenant_id, op_key, reason, delta, reserved_delta, balance_after, reserved_after, note, created_at)
  VALUES (p_tenant, p_op_key, p_reason, p_delta, p_reserved, owned, held, p_note, now())
  ON CONFLICT (op_key) DO NOTHING RETURNING id INTO entry;
  IF NOT FOUND THEN
    UPDATE billing_account SET balance = owned - p_delta, reserved = held - p_reserved WHERE tenant_id = p_tenant;
  END IF;
  RETURN entry;
END $$;

-- Why the account did not move: posted before (NULL), no account yet (made, and posted to), or not enough credit.
CREATE FUNCTION billing_refuse(
  p_tenant bigint, p_op_key text, p_reason text, p_delta bigint, p_reserved bigint, p_note text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  owned bigint; held bigint;
BEGIN
  SELECT balance, reserved INTO owned, held FROM billing_account WHERE tenant_id = p_tenant FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    INSERT INTO billing_account (tenant_id, balance, reserved) VALUES (p_tenant, 0, 0) ON CONFLICT DO NOTHING;
    RETURN billing_post(p_tenant, p_op_key, p_reason, p_delta, p_reserved, p_note);
  END IF;
  PERFORM 1 FROM billing_ledgerentry WHERE op_key = p_op_key;
  IF FOUND THEN
    RETURN NULL;
  END IF;
  IF owned + p_delta < held + p_reserved THEN
    RAISE EXCEPTION 'insufficient credit'
      USING ERRCODE = 'SM001', DETAIL = format('%s %s', owned - held, greatest(p_reserved, -p_delta));
  END IF;
  -- More given back than is held: the table's own rule refuses. Else credit came while we looked.
  UPDATE billing_account SET reserved = held + p_reserved WHERE tenant_id = p_tenant AND held + p_reserved < 0;
  RETURN billing_post(p_tenant, p_op_key, p_reason, p_delta, p_reserved, p_note);
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE billing_account SET (fillfactor = 50);
"""
UNDO = """
DROP TRIGGER append_only ON billing_ledgerentry;
DROP FUNCTION billing_post(bigint, text, text, bigint, bigint, text);
DROP FUNCTION billing_refuse(bigint, text, text, bigint, bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("tenants", "0002_database_rules")]
    operations = [migrations.RunSQL(POST, UNDO)]
