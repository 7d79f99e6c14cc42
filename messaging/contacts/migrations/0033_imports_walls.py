"""Row-level security: docs/adr/0014-row-level-security.md."""

from django.db import migrations

from smsmerkezi.postgres import wall


class Migration(migrations.Migration):
    dependencies = [("contacts", "0032_imports"), ("tenants", "0050_walls")]
    operations = [wall.around("contacts_contactimport"), wall.around("contacts_importchange")]
