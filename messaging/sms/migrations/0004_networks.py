"""The network of each recipient; and new partitions beside the table instead of inside it."""

from django.db import migrations

# A partition that is made apart and then attached locks out nobody: `CREATE TABLE … PARTITION OF` waits for every reader
# of the parent, and every accept waits behind it. The check spares the attachment its scan.
ATTACHED = """
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
      EXECUTE format('ALTER TABLE %I ADD CONSTRAINT range CHECK (id >= %s AND id < %s)', name, n * size, (n + 1) * size);
      EXECUTE format('ALTER TABLE sms_recipient ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', name, n * size, (n + 1) * size);
      EXECUTE format('ALTER TABLE %I DROP CONSTRAINT range', name);
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;
ALTER TABLE sms_recipient ADD COLUMN network smallint;
"""


class Migration(migrations.Migration):
    dependencies = [("sms", "0003_roads")]
    operations = [migrations.RunSQL(ATTACHED, "ALTER TABLE sms_recipient DROP COLUMN network")]
