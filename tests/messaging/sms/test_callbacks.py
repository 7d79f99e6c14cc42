"""What operators tell us unasked: kept, applied once, matched later; and who is not believed."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client

from gateways import accounts, registry, setup
from messaging.sms import callbacks, delivery, dispatch, invariants, jobs
from messaging.sms.models import HeldReport, Recipient, Submission
from smsmerkezi import queues
from tests import factories
from tests.messaging.sms.world import LANE, World, numbers, only, pass_time, states

End = Recipient.State
pytestmark = pytest.mark.django_db(transaction=True)
FIRST, SECOND = 905300010001, 905300020001


@pytest.fixture
def world():
    found = World()
    url = setup.renew_callback(account_id=found.road.pk, note=lambda *_: None)
    accounts.forget()
    found.path = url.partition("/callbacks/")[2]
    yield found
    assert invariants.broken() == {}


def post(world, *lines, path=None, method="post", **extra):
    body = "\n".join(lines)
    return getattr(Client(), method)(f"/callbacks/{path or world.path}", body, "text/plain", **extra)


def told(world, number=FIRST, status="delivered", *, name=None, ref="", code=""):
    return f"{world.operator.book[0].id if name is None else name},{ref},{number},{status},{code}"


def test_a_report_is_kept_answered_and_applied_by_a_worker(world):
    message = world.sent(*numbers(2))
    answer = post(world, told(world), told(world, SECOND, "undelivered", code="absent"))
    assert (answer.status_code, answer.content) == (200, b"OK")
    assert states(message) == [End.SENT] * 2
    assert HeldReport.objects.count() == 2
    assert jobs.fold_reports() == 2
    assert states(message) == [End.DELIVERED, End.UNDELIVERED]
    assert factories.recipients(message)[1].error_code == "absent"
    assert not HeldReport.objects.exists()
    assert jobs.fold_reports() == 0


def test_the_workers_look_folds_what_no_bell_was_heard_for(world):
    message = world.sent(*numbers(1))
    post(world, told(world))
    queues.LOOKS["dlr"]()
    assert states(message) == [End.DELIVERED]


def test_told_twice_late_and_otherwise_changes_nothing(world):
    message = world.sent(*numbers(1))
    for status in ("delivered", "delivered", "undelivered", "pending"):
        post(world, told(world, status=status))
        callbacks.fold()
    assert states(message) == [End.DELIVERED]
    assert world.account() == (999, 0)


def test_both_words_of_one_batch_count_once(world):
    message = world.sent(*numbers(1))
    post(world, told(world), told(world), told(world))
    assert callbacks.fold() == 1
    assert states(message) == [End.DELIVERED]


@pytest.mark.parametrize("path", ["{slug}/wrong", "yok/{key}", "{slug}/", "yok/x"])
def test_a_wrong_address_is_not_believed(world, path):
    message = world.sent(*numbers(1))
    slug, key = world.path.split("/")
    answer = post(world, told(world), path=path.format(slug=slug, key=key))
    assert answer.status_code in {401, 404}
    assert not HeldReport.objects.exists()
    assert states(message) == [End.SENT]


def test_an_accounts_key_opens_no_other_account(world):
    other = World()
    setup.renew_callback(account_id=other.road.pk, note=lambda *_: None)
    accounts.forget()
    answer = post(world, told(world, name="x"), path=f"{other.operator.slug}/{world.path.split('/')[1]}")
    assert answer.status_code == 401


def test_one_account_says_nothing_about_anothers_messages(world):
    other = World()
    message = other.sent(*numbers(1))
    post(world, told(other, name=other.operator.book[0].id, ref=other.operator.book[0].ref))
    assert callbacks.fold() == 0
    assert states(message) == [End.SENT]


def test_what_is_not_understood_is_a_400_and_changes_nothing(world):
    assert post(world, "junk").status_code == 400
    assert not HeldReport.objects.exists()


def test_a_body_beyond_the_limit_is_a_413(world, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert post(world, "x" * 2000).status_code == 413


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_a_405(world, method):
    assert post(world, method=method).status_code == 405


def test_operators_that_put_all_into_the_address_are_heard(world):
    assert Client().get(f"/callbacks/{world.path}?x=1").status_code == 200


def test_a_vendor_that_posts_nothing_is_not_understood(world):
    account = factories.gateway("sessiz")
    type(account).objects.filter(pk=account.pk).update(vendor="toplusms")
    setup.renew_callback(account_id=account.pk, note=lambda *_: None)
    accounts.forget()
    key = registry.callback_key(accounts.get("sessiz"))
    with pytest.raises(callbacks.Unreadable):
        callbacks.receive(slug="sessiz", key=key, callback=callbacks.Callback(b"{}"))


def test_a_hint_makes_us_ask_at_once(world):
    message = world.sent(*numbers(1))
    Submission.objects.update(next_check_at=F("expires_at"))
    assert delivery.pull() == 0
    assert post(world, f"?{world.operator.book[0].id}", "?\x00", f"?{'x' * 100}").status_code == 200
    assert delivery.pull() == 1
    assert states(message) == [End.DELIVERED]


def test_a_hint_by_our_reference_is_one_too(world):
    world.sent(*numbers(1))
    Submission.objects.update(next_check_at=F("expires_at"))
    post(world, f"?{world.operator.book[0].ref}")
    assert delivery.pull() == 1


def test_a_hint_about_nothing_rings_nobody(world):
    world.sent(*numbers(1))
    assert (
        callbacks.receive(
            slug=world.operator.slug,
            key=world.path.split("/")[1],
            callback=callbacks.Callback(b"?nobody"),
        )
        == 0
    )


def test_a_report_that_is_quicker_than_our_own_commit_waits_for_it(world):
    message = world.accept(*numbers(1))
    [errand] = dispatch.take(LANE)
    answer = dispatch._hand_over(errand)
    post(world, told(world))
    assert callbacks.fold() == 0
    assert HeldReport.objects.get().tries == 1
    dispatch.settle([answer])
    due_now()
    assert callbacks.fold() == 1
    assert states(message) == [End.DELIVERED]
    assert world.account() == (999, 0)


def test_a_report_by_our_reference_proves_what_was_in_doubt(world):
    world.operator.plan.append("hang")
    message = world.sent(*numbers(1))
    post(world, told(world, name="", ref=only(message).client_ref.hex))
    assert callbacks.fold() == 1
    assert states(message) == [End.DELIVERED]
    assert world.account() == (999, 0)


def due_now():
    HeldReport.objects.update(next_try_at=F("received_at"))


def test_what_meets_nothing_is_tried_ever_more_rarely_and_given_up_after_three_days(world):
    post(world, told(world, name="unknown"))
    waits = []
    for _ in range(3):
        due_now()
        callbacks.fold()
        held = HeldReport.objects.get()
        waits.append((held.next_try_at - held.received_at).total_seconds())
    assert waits[0] < waits[1] < waits[2]
    HeldReport.objects.update(received_at=F("received_at") - timedelta(hours=callbacks.KEPT + 1))
    due_now()
    callbacks.fold()
    assert not HeldReport.objects.exists()


def test_what_no_database_keeps_spoils_nothing(world):
    message = world.sent(*numbers(1))
    strange = [
        told(world, name="x" * 100),
        told(world, name="a\x00b"),
        told(world, ref="../../etc"),
        told(world, number=10**18),
        told(world, number=-5),
        told(world, SECOND, code="c" * 500),
    ]
    assert post(world, *strange, told(world)).status_code == 200
    callbacks.fold()
    assert states(message) == [End.DELIVERED]


def test_folding_beside_itself_tells_each_once(world, monkeypatch):
    monkeypatch.setattr(callbacks, "AT_ONCE", 7)
    message = world.sent(*numbers(60))
    post(world, *(told(world, row.msisdn) for row in factories.recipients(message)))
    ended = []

    def work():
        ended.append(callbacks.fold())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    callbacks.fold()
    assert not HeldReport.objects.exists()
    assert states(message) == [End.DELIVERED] * 60
    message.refresh_from_db()
    assert (message.state, message.delivered) == ("completed", 60)


def test_a_firm_that_wants_no_questions_asked_still_hears_what_is_pushed(world):
    type(world.firm).objects.filter(pk=world.firm.pk).update(dlr_enabled=False)
    message = world.sent(*numbers(1))
    pass_time(10)
    assert delivery.pull() == 0
    assert world.operator.questions == []
    assert only(message).next_check_at == only(message).expires_at
    post(world, told(world))
    callbacks.fold()
    assert states(message) == [End.DELIVERED]
