"""Which messages ended as few do, kept by the database, behind a wall."""

from django.db import migrations

from smsmerkezi.postgres import wall

# The condition is the trigger's own: whatever ends well costs a comparison, and no call.
KEEPING = """
CREATE FUNCTION sms_keep_seldom() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO sms_seldomend (tenant_id, message_id) VALUES (NEW.tenant_id, NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER seldom_on_update AFTER UPDATE OF state, delivered ON sms_message FOR EACH ROW
  WHEN (NEW.state IN ('failed', 'rejected', 'cancelled') OR (NEW.state = 'completed' AND NEW.delivered = 0))
  EXECUTE FUNCTION sms_keep_seldom();
INSERT INTO sms_seldomend (tenant_id, message_id)
SELECT tenant_id, id FROM sms_message
WHERE state IN ('failed', 'rejected', 'cancelled') OR (state = 'completed' AND delivered = 0);
"""
UNDO = "DROP TRIGGER seldom_on_update ON sms_message; DROP FUNCTION sms_keep_seldom();"


class Migration(migrations.Migration):
    dependencies = [("sms", "0075_seldom")]
    operations = [migrations.RunSQL(KEEPING, UNDO), wall.around("sms_seldomend")]
