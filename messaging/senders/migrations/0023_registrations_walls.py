"""Row-level security: docs/adr/0014-row-level-security.md."""

from django.db import migrations

from smsmerkezi.postgres import wall


class Migration(migrations.Migration):
    dependencies = [("senders", "0022_rights"), ("tenants", "0050_walls")]
    operations = [wall.around("senders_registration")]
