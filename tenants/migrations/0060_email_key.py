"""Addresses are found by a column, because no policy lets a function's index be asked (docs/adr/0014)."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("tenants", "0055_person")]
    operations = [
        migrations.RemoveConstraint("user", "user_email_unique"),
        migrations.AddField(
            "user",
            "email_key",
            models.GeneratedField(
                expression=Lower("email"), output_field=models.CharField(max_length=254), db_persist=True
            ),
        ),
        migrations.AddConstraint(
            "user",
            models.UniqueConstraint(
                fields=["email_key"], condition=Q(deleted_at=None), name="user_email_unique"
            ),
        ),
    ]
