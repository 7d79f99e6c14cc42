"""Row-level security: docs/adr/0014-row-level-security.md."""

from django.db import migrations

from smsmerkezi.postgres import wall


class Migration(migrations.Migration):
    dependencies = [("gateways", "0002_roads"), ("tenants", "0050_walls")]
    operations = [
        wall.around("gateways_gatewayaccount", column="owner"),
        wall.window("gateways_gatewayaccount", column="owner"),
    ]
