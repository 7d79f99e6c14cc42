"""The person of a token, whichever firm the session was told of last (docs/adr/0014)."""

from django.db import migrations

# PL/pgSQL keeps its plans. A SET clause would be shorter, but only superusers may write one for a setting of ours.
PERSON = """
CREATE FUNCTION tenants_person(person bigint) RETURNS tenants_user LANGUAGE plpgsql AS $$
DECLARE
  before constant text := coalesce(current_setting('app.tenant_id', true), '');
  found tenants_user;
BEGIN
  PERFORM set_config('app.tenant_id', '-1', true);
  SELECT * INTO found FROM tenants_user WHERE id = person;
  PERFORM set_config('app.tenant_id', before, true);
  RETURN found;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0050_walls")]
    operations = [migrations.RunSQL(PERSON, "DROP FUNCTION tenants_person(bigint)")]
