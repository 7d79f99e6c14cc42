"""Row-level security: docs/adr/0014-row-level-security.md."""

from django.db import migrations

from smsmerkezi.postgres import wall


class Migration(migrations.Migration):
    dependencies = [("billing", "0020_account_with_the_firm"), ("tenants", "0050_walls")]
    operations = [*(wall.around(f"billing_{table}") for table in ("account", "ledgerentry"))]
