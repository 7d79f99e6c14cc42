"""The recipients' partitioned table, its id blocks, and the message state as a function of its counters."""

from django.db import migrations

RECIPIENTS = """
CREATE SEQUENCE sms_recipient_block INCREMENT BY 1000 START 1000;
CREATE TABLE sms_recipient (
  id bigint NOT NULL,
  tenant_id bigint NOT NULL,
  msisdn bigint NOT NULL,
  parts smallint NOT NULL CHECK (parts > 0),
  state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 8),
  error_code text, provider_ref text, text text,
  sent_at timestamptz, finished_at timestamptz, settled_at timestamptz, released_at timestamptz,
  CONSTRAINT recipient_paid_once CHECK (settled_at IS NULL OR released_at IS NULL),
  CONSTRAINT recipient_end_is_paid CHECK (state < 2 OR settled_at IS NOT NULL OR released_at IS NOT NULL),
  CONSTRAINT recipient_end_has_time CHECK ((state >= 3) = (finished_at IS NOT NULL)),
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX recipient_of_number ON sms_recipient (tenant_id, msisdn);

-- Partitions of 20 million ids, made until `ahead` empty ones lie before the next block; how many were made.
CREATE FUNCTION sms_make_partitions(ahead int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  size constant bigint := 20000000;
  current bigint := (SELECT last_value / size FROM sms_recipient_block);
  made int := 0;
BEGIN
  FOR n IN current .. current + ahead LOOP
    IF to_regclass('sms_recipient_p' || n) IS NULL THEN
      EXECUTE format('CREATE TABLE sms_recipient_p%s PARTITION OF sms_recipient FOR VALUES FROM (%s) TO (%s)'
        ' WITH (fillfactor = 85)', n, n * size, (n + 1) * size);
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;
SELECT sms_make_partitions(2);

-- The recipients p_first..p_last that are `p_from` become `p_to`: handed over (2) they are charged, ended before that they
-- are released. How many, their credits, the first of them. One span a call: PostgreSQL guesses that a join of spans
-- meets a ninth of the table, and reads all of it.
CREATE FUNCTION sms_move(
  p_first bigint, p_last bigint, p_from int, p_to int, p_code text, OUT n int, OUT credits bigint, OUT first bigint
) LANGUAGE plpgsql AS $$
BEGIN
  WITH moved AS (
    UPDATE sms_recipient r SET state = p_to, error_code = coalesce(p_code, r.error_code),
      sent_at = CASE WHEN p_to = 2 THEN now() ELSE r.sent_at END,
      settled_at = CASE WHEN p_to = 2 THEN now() ELSE r.settled_at END,
      finished_at = CASE WHEN p_to > 2 THEN now() END,
      released_at = CASE WHEN p_to > 2 AND r.settled_at IS NULL THEN now() ELSE r.released_at END
    WHERE r.id BETWEEN p_first AND p_last AND r.state = p_from
      AND (p_from > 0 OR (r.settled_at IS NULL AND r.released_at IS NULL))
    RETURNING r.id, r.parts
  )
  SELECT count(*), coalesce(sum(parts), 0), min(id) INTO n, credits, first FROM moved;
END $$;

-- The contract's glossary, section 3. `word` is the state of a message of which nothing could be handed over.
CREATE FUNCTION sms_message_state(
  current text, word text, recipients int, sent int, dropped int, ended int, expired int, cancelled int
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN ended = recipients AND cancelled = recipients THEN 'cancelled'
    WHEN ended = recipients AND sent = 0 AND expired = 0 THEN word
    WHEN ended = recipients THEN 'completed'
    WHEN sent + dropped = 0 THEN current
    WHEN sent + dropped < recipients THEN 'sending'
    WHEN ended > dropped THEN 'reporting'
    ELSE 'sent'
  END
$$;
ALTER TABLE sms_message SET (fillfactor = 80);
ALTER TABLE sms_submission SET (fillfactor = 70);
ALTER TABLE sms_attempt SET (fillfactor = 80);
"""
UNDO = """
DROP FUNCTION sms_move(bigint, bigint, int, int, text);
DROP FUNCTION sms_message_state(text, text, int, int, int, int, int, int);
DROP TABLE sms_recipient; DROP FUNCTION sms_make_partitions(int); DROP SEQUENCE sms_recipient_block;
"""


class Migration(migrations.Migration):
    dependencies = [("sms", "0001_initial"), ("billing", "0002_post")]
    operations = [migrations.RunSQL(RECIPIENTS, UNDO)]
