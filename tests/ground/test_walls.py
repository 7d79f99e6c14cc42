"""Row-level security: a session sees one firm's rows, everybody's, or none; the second wall (security §5.2, docs/adr/0014)."""

import threading

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.http import HttpRequest, HttpResponse

from messaging.contacts.models import OptOut
from messaging.sms.models import Message
from smsmerkezi import apps, database, scope
from tenants.models import Notification, User
from tests import factories, switching
from tests.api import doors, web

WALLED = """
SELECT c.relname::text, c.relrowsecurity AND c.relforcerowsecurity, c.relispartition,
  (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('tenant_id', 'owner')
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
"""
pytestmark = pytest.mark.django_db


@pytest.fixture
def firms():
    """Two, with a message each."""
    factories.gateway(default=True)
    made = factories.tenant(), factories.tenant()
    for firm in made:
        factories.sent(firm)
    return made


def seen() -> set[int]:
    """The firms whose messages are to be seen, by either way to the database."""
    by_model = set(Message.objects.values_list("tenant_id", flat=True))
    by_statement = {found for (found,) in database.rows("SELECT DISTINCT tenant_id FROM sms_message", {})}
    assert by_model == by_statement
    return by_model


class TestEveryTableOfFirms:
    def test_has_a_wall_that_holds_for_its_owner_too(self):
        found = {
            name: (walled, policies > 0 or part) for name, walled, part, policies in database.rows(WALLED, {})
        }
        assert {"sms_message", "sms_recipient", "billing_ledgerentry", "tenants_user"} < found.keys()
        assert {name: built for name, built in found.items() if built != (True, True)} == {}

    def test_hides_its_partitions_from_whoever_asks_them_directly(self, firms):
        part = database.rows("SELECT tableoid::regclass::text FROM sms_recipient LIMIT 1", {})[0][0]
        assert database.rows(f"SELECT count(*) FROM {part}", {}) == [(0,)]
        assert database.rows("SELECT count(*) > 0 FROM sms_recipient", {}) == [(True,)]

    @pytest.fixture
    def far_ahead(self):
        """The next recipient's id, which no rollback takes back."""
        ((here,),) = database.rows("SELECT last_value FROM sms_recipient_block", {})
        yield database.rows("SELECT setval('sms_recipient_block', 900 * 20000000::bigint)", {})
        database.rows("SELECT setval('sms_recipient_block', %(here)s)", {"here": here})

    def test_has_it_in_partitions_to_come(self, far_ahead):
        database.rows("SELECT sms_make_partitions(0)", {})
        asked = (
            "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = 'sms_recipient_p900'"
        )
        assert database.rows(asked, {}) == [(True,)]


class TestTheWall:
    def test_shows_everybody_s_rows_where_nobody_is_served(self, firms):
        assert seen() == {firm.pk for firm in firms}

    def test_shows_one_firm_its_own(self, firms):
        for firm in firms:
            with scope.of(firm.pk):
                assert seen() == {firm.pk}
        assert len(seen()) == 2

    def test_refuses_to_write_another_firm_s_rows(self, firms):
        one, other = firms
        with scope.of(one.pk):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                OptOut.objects.create(tenant_id=other.pk, msisdn=905300000001)
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                Message.objects.update(tenant_id=other.pk)
            assert Message.objects.filter(tenant_id=other.pk).update(body="x") == 0
            assert Message.objects.filter(tenant_id=other.pk).delete()[0] == 0

    def test_hides_people_of_other_firms_but_not_who_runs_the_platform(self, firms):
        stranger, staff = factories.user(firms[1]), factories.reviewer()
        with scope.of(firms[0].pk):
            assert not User.objects.filter(pk=stranger.pk).exists()
            assert User.objects.filter(pk=staff.pk).exists()
            assert User.objects.filter(pk=staff.pk).update(name="x") == 0

    def test_shows_every_firm_the_platform_s_gateways_and_its_own(self, firms):
        own, others = factories.gateway("own"), factories.gateway("others")
        for account, firm in zip((own, others), firms, strict=True):
            account.owner = firm.pk
            account.save()
        with scope.of(firms[0].pk):
            found = database.rows("SELECT slug FROM gateways_gatewayaccount ORDER BY slug", {})
            assert found == [("mock",), ("own",)]
            assert type(own).objects.filter(slug="mock").update(title="x") == 0

    def test_shows_nothing_to_a_session_that_was_told_nothing(self, firms):
        with connection.cursor() as cursor:
            cursor.execute("RESET app.tenant_id")
            cursor.execute("SET app.tenant_id = ''")
            cursor.execute("SELECT count(*) FROM sms_message")
            assert cursor.fetchone() == (0,)
        connection.told = None

    def test_holds_for_statements_that_were_prepared_for_everybody(self, firms):
        asked = "SELECT count(*)::int FROM sms_message WHERE tenant_id = %(tenant)s"
        for _ in range(7):  # PostgreSQL plans it once and for all at the sixth
            assert database.rows(asked, {"tenant": firms[1].pk}) == [(1,)]
        with scope.of(firms[0].pk):
            assert database.rows(asked, {"tenant": firms[1].pk}) == [(0,)]


class TestTheSession:
    def test_is_told_anew_after_a_rollback(self, firms):
        one, other = (firm.pk for firm in firms)
        with scope.of(one):
            assert seen() == {one}
            with transaction.atomic():
                with scope.of(other):
                    assert seen() == {other}
                transaction.set_rollback(True)
            assert seen() == {one}

    def test_is_told_anew_after_a_savepoint_is_taken_back(self, firms):
        one, other = (firm.pk for firm in firms)
        with scope.of(one), transaction.atomic():
            with pytest.raises(DatabaseError, match="zero"), transaction.atomic(), scope.of(other):
                database.rows("SELECT app_tenant() / (app_tenant() - %(other)s)", {"other": other})
            assert seen() == {one}

    def test_is_let_alone_while_its_transaction_has_failed(self, firms):
        with transaction.atomic():
            with pytest.raises(DatabaseError, match="zero"):
                database.rows("SELECT 1 / 0", {})
            with scope.of(firms[0].pk), pytest.raises(DatabaseError, match="aborted"):
                database.rows("SELECT 1", {})
            transaction.set_rollback(True)

    @pytest.mark.django_db(transaction=True)
    def test_that_cannot_be_told_hears_of_it_with_the_next_statement(self, firms):
        connection.connection.pgconn.finish()
        with scope.of(firms[0].pk), pytest.raises(DatabaseError):
            database.rows("SELECT 1", {})
        connection.close()

    @pytest.mark.parametrize("firm", [0, 1])
    def test_is_one_threads_matter(self, firms, firm):
        found = []
        with scope.of(firms[firm].pk):
            other = threading.Thread(target=lambda: found.append(scope.current()))
            other.start()
            other.join()
        assert found == [scope.EVERYBODY]

    @pytest.mark.django_db(transaction=True)
    def test_opens_for_everybody(self):
        connection.close()
        assert database.rows("SELECT app_tenant()", {}) == [(scope.EVERYBODY,)]

    def test_of_somebody_with_the_password_and_nothing_else_sees_no_rows(self, firms):
        with psycopg.connect(web.database_url()) as other:
            assert other.execute("SELECT app_tenant()").fetchone() == (None,)
            assert other.execute("SELECT count(*) FROM tenants_user").fetchone() == (0,)


class TestARequest:
    @pytest.fixture
    def entered(self, monkeypatch) -> list[int | None]:
        """The firms that were entered, in turn."""
        found, enter = [], scope.enter
        monkeypatch.setattr(scope, "enter", lambda firm: (found.append(firm), enter(firm)))
        return found

    def test_sees_its_firm_from_the_token_on(self, firms, entered):
        assert doors.door(firms[0]).get("/v1/balance").status_code == 200
        assert entered == [firms[0].pk]
        assert scope.current() == scope.EVERYBODY

    def test_sees_its_firm_from_the_session_on(self, firms, entered, client):
        factories.enter(client, factories.user(firms[0]))
        assert client.get("/mesajlar").status_code == 200
        assert entered == [firms[0].pk]

    def test_of_platform_staff_sees_all(self, entered, client):
        factories.enter(client, factories.reviewer())
        assert client.get("/admin/").status_code == 200
        assert entered == [None]

    def test_of_whoever_acts_sees_that_firm(self, firms, entered):
        assert switching.acting_door(firms[1]).get("/v1/balance").status_code == 200
        assert entered == [firms[1].pk]

    def test_that_fails_leaves_nothing_behind(self):
        def view(_: HttpRequest) -> HttpResponse:
            scope.enter(7)
            raise RuntimeError

        with pytest.raises(RuntimeError):
            scope.Scope(view)(HttpRequest())
        assert scope.current() == scope.EVERYBODY


def test_what_is_platform_wide_comes_back_to_the_firm():
    @scope.platform_wide
    def work(answer: int) -> tuple[int, int]:
        return answer, scope.current()

    with scope.of(7):
        assert work(42) == (42, scope.EVERYBODY)
        assert scope.current() == 7


class TestTheCheck:
    def test_is_content_with_our_role(self):
        call_command("check", databases=["default"])

    def test_refuses_one_for_whom_no_wall_holds(self, monkeypatch):
        monkeypatch.setattr(apps, "UNWALLED", "SELECT true")
        with pytest.raises(SystemCheckError, match=r"smsmerkezi.E001"):
            call_command("check", databases=["default"])

    def test_asks_no_database_unless_told_to(self):
        assert apps.obeys_walls(databases=None) == []


def test_notices_of_platform_staff_are_their_own(firms):
    Notification.objects.create(user=factories.reviewer(), tenant=None, kind="x", title="x", body="x")
    with scope.of(firms[0].pk):
        assert not Notification.objects.exists()


def test_a_person_is_found_by_address_without_reading_everybody(firms):
    """Behind a policy the index of a function would not be asked."""
    somebody = factories.user(firms[0])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = User.objects.by_email(somebody.email.upper()).explain()
    assert "user_email_unique" in plan
    assert User.objects.by_email(somebody.email.upper()).get() == somebody
