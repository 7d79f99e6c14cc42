"""A firm has its credit account from its first day, whichever door it came in by."""

from django.db import migrations

OPEN = """
CREATE FUNCTION billing_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO billing_account (tenant_id, balance, reserved) VALUES (NEW.id, 0, 0) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER open_account AFTER INSERT ON tenants_tenant FOR EACH ROW EXECUTE FUNCTION billing_open();
INSERT INTO billing_account (tenant_id, balance, reserved)
  SELECT id, 0, 0 FROM tenants_tenant ON CONFLICT DO NOTHING;
"""
UNDO = "DROP TRIGGER open_account ON tenants_tenant; DROP FUNCTION billing_open();"


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_post"), ("tenants", "0004_people")]
    operations = [migrations.RunSQL(OPEN, UNDO)]
