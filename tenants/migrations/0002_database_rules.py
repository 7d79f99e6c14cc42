"""The audit trail is append-only; the rate windows are unlogged (a crash may forget them)."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'SM002';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON tenants_auditentry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
UNDO = "DROP TRIGGER append_only ON tenants_auditentry; DROP FUNCTION refuse_change();"


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]
    operations = [
        migrations.RunSQL(APPEND_ONLY, UNDO),
        migrations.RunSQL(
            "ALTER TABLE tenants_ratewindow SET UNLOGGED; ALTER TABLE tenants_ratewindow SET (fillfactor = 50);"
            "ALTER TABLE tenants_apitoken SET (fillfactor = 80);",
            "ALTER TABLE tenants_ratewindow SET LOGGED;",
        ),
    ]
