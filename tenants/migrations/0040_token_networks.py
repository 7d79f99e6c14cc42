"""What a token's list of addresses holds can be read as networks: AUTHENTICATE casts it."""

from django.db import migrations

NAME = "token_networks_readable"


class Migration(migrations.Migration):
    dependencies = [("tenants", "0020_account")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE tenants_apitoken ADD CONSTRAINT {NAME} CHECK (allowed_ips::inet[] IS NOT NULL)",
            f"ALTER TABLE tenants_apitoken DROP CONSTRAINT {NAME}",
        ),
    ]
