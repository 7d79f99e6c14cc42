"""Rows of a copy are marked; and the name of the database that was written down gets its new part."""

from django.db import migrations, models

# Only where the name is this database's: a copy that is migrated before its first start is still to be found out. The
# part with a timeline is the number that was written to, as `store.identity.HERE` has it.
TAKE_OVER = """
UPDATE sms_identity SET name = name || ':' || to_regclass('sms_submission')::oid
WHERE name = (SELECT system_identifier FROM pg_control_system())
  || ':' || ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
  || ':' || (SELECT oid FROM pg_database WHERE datname = current_database())
"""
GIVE_BACK = "UPDATE sms_identity SET name = regexp_replace(name, '^([0-9]+:[0-9]+:[0-9]+):[0-9]+$', '\\1')"


class Migration(migrations.Migration):

    dependencies = [
        ('sms', '0005_doubts'),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='quarantined',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(TAKE_OVER, GIVE_BACK),
    ]
