"""Row-level security: docs/adr/0014-row-level-security.md."""

from django.db import migrations

from smsmerkezi.postgres import wall

# A partition is asked through its table, whose policy then holds. With none of its own it shows nobody anything.
PARTITIONS = """
CREATE OR REPLACE FUNCTION sms_make_partitions(ahead int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  size constant bigint := 20000000;
  current bigint := (SELECT last_value / size FROM sms_recipient_block);
  made int := 0;
  name text;
BEGIN
  FOR n IN current .. current + ahead LOOP
    name := 'sms_recipient_p' || n;
    IF to_regclass(name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE sms_recipient INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (fillfactor = 85)', name);
      EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
      EXECUTE format('ALTER TABLE %I ADD CONSTRAINT range CHECK (id >= %s AND id < %s)', name, n * size, (n + 1) * size);
      EXECUTE format('ALTER TABLE sms_recipient ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', name, n * size, (n + 1) * size);
      EXECUTE format('ALTER TABLE %I DROP CONSTRAINT range', name);
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;
DO $$
DECLARE one regclass;
BEGIN
  FOR one IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'sms_recipient'::regclass LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', one);
  END LOOP;
END $$;
"""
OPENED = """
DO $$
DECLARE one regclass;
BEGIN
  FOR one IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'sms_recipient'::regclass LOOP
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', one);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("sms", "0060_restores"), ("tenants", "0050_walls")]
    operations = [*(wall.around(f"sms_{table}") for table in ("message", "submission", "recipient", "idempotencykey")),
        migrations.RunSQL(PARTITIONS, OPENED),
    ]
