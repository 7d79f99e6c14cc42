"""Row-level security: docs/adr/0014-row-level-security.md."""

from django.db import migrations

from smsmerkezi.postgres import wall


class Migration(migrations.Migration):
    dependencies = [("tenants", "0041_known_networks")]
    operations = [
        migrations.RunSQL(wall.FUNCTION, wall.UNDO_FUNCTION), *(wall.around(f"tenants_{table}") for table in ("user", "invitation", "notification", "auditentry")),
        wall.window("tenants_user"),  # whoever runs the platform: firms read in their trail who acted for them
    ]
