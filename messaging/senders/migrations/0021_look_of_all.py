"""Few approved names in an index of their own looked cheaper to read whole than one name of one firm by its key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("senders", "0020_documents")]
    operations = [
        migrations.RemoveIndex("senderid", "sender_look"),
        migrations.AddIndex("senderid", models.Index(models.F("look"), name="sender_look")),
    ]
