"""Row-level security: docs/adr/0014-row-level-security.md."""

from django.db import migrations

from smsmerkezi.postgres import wall


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("tenants", "0050_walls")]
    operations = [wall.around("reports_dailystat"), wall.around("reports_dailynetwork")]
