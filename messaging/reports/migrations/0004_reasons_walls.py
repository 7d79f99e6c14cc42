"""Row-level security: docs/adr/0014-row-level-security.md."""

from django.db import migrations

from smsmerkezi.postgres import wall


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_reasons"), ("tenants", "0050_walls")]
    operations = [wall.around("reports_dailyreason")]
