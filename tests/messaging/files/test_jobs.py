"""Long work: it goes on from its last step, whoever dies, and ends once."""

from datetime import timedelta

import pytest

from messaging.files import jobs, vault
from messaging.files.models import Job
from smsmerkezi import queues, scope
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Conflict, DomainError, NotFound
from tests import factories

pytestmark = pytest.mark.django_db


class Refused(DomainError):
    code = "no-such-thing"


class Dies(Exception):
    pass


class Counting(jobs.Handler):
    """Counts to options["to"]; refuses or dies where it is told to."""

    seen: list = []
    ends: list = []

    def step(self):
        n = self.job.done + 1
        self.seen.append((self.job.pk, n, scope.current()))
        self.job.done, self.job.data = n, {"n": n}
        if n == self.job.options.get("refuse_at"):
            raise Refused("Dosyanın 3. satırı okunamadı.")
        if n == self.job.options.get("die_at"):
            raise Dies
        return n < self.job.options["to"]

    def ended(self):
        self.ends.append((self.job.pk, self.job.state))


@pytest.fixture(autouse=True)
def _kind():
    jobs.register("test.count", Counting)
    Counting.seen, Counting.ends = [], []
    yield
    del jobs.KINDS["test.count"]


@pytest.fixture
def by():
    return factories.actor(factories.tenant(credits=0, sender=""))


def started(by, to=3, **options):
    return jobs.start(by=by, kind="test.count", options={"to": to, **options}, total=to)


def lapse(job):
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))


def fresh(job):
    return Job.objects.get(pk=job.pk)


def test_a_job_runs_to_its_end_step_by_step(by):
    job = started(by)
    assert (job.state, job.percent, job.final) == ("queued", 0, False)
    assert queues.LOOKS["files"]() == 1
    job = fresh(job)
    assert (job.state, job.done, job.data, job.percent, job.final) == ("done", 3, {"n": 3}, 100, True)
    assert job.started_at <= job.finished_at
    assert job.lease_until is None
    assert Counting.ends == [(job.pk, "done")]
    assert jobs.run_due() == 0


def test_it_sees_the_rows_of_its_firm_alone(by):
    started(by, to=1)
    jobs.run_due()
    assert Counting.seen[0][2] == by.tenant.pk
    assert scope.current() == scope.EVERYBODY


def test_a_refusal_ends_it_with_its_sentence_and_undoes_its_step(by):
    job = started(by, refuse_at=2)
    jobs.run_due()
    job = fresh(job)
    assert (job.state, job.error_code, job.done, job.data) == ("failed", "no-such-thing", 1, {"n": 1})
    assert job.error_text == "Dosyanın 3. satırı okunamadı."
    assert Counting.ends == [(job.pk, "failed")]


def test_whoever_dies_loses_one_step_and_the_next_goes_on(by):
    job = started(by, to=4, die_at=3)
    with pytest.raises(Dies):
        jobs.run_due()
    assert fresh(job).done == 2
    assert jobs.run_due() == 0  # the lease still runs
    lapse(job)
    Job.objects.filter(pk=job.pk).update(options={"to": 4})
    jobs.run_due()
    assert [n for _, n, _ in Counting.seen] == [1, 2, 3, 3, 4]
    assert fresh(job).state == "done"


def test_a_job_that_kills_every_worker_is_given_up_with_a_sentence(by):
    job = started(by, die_at=1)
    for _ in range(jobs.CRASHES):
        with pytest.raises(Dies):
            jobs.run_due()
        lapse(job)
    jobs.run_due()
    job = fresh(job)
    assert (job.state, job.error_code, job.error_text) == ("failed", "job-given-up", jobs.GIVEN_UP)
    assert Counting.ends == [(job.pk, "failed")]


def test_crashes_that_lie_behind_are_forgiven(by):
    job = started(by, to=4, die_at=1)
    with pytest.raises(Dies):
        jobs.run_due()
    lapse(job)
    Job.objects.filter(pk=job.pk).update(options={"to": 4, "die_at": 3})
    with pytest.raises(Dies):
        jobs.run_due()
    assert fresh(job).crashes == 0


def test_a_worker_that_lost_its_job_writes_nothing(by):
    job = started(by)
    mine = jobs._claim()
    lapse(job)
    theirs = jobs._claim()
    assert theirs.fence == mine.fence + 1
    jobs._run(mine)
    assert Counting.seen == []
    assert fresh(job).done == 0
    jobs._fail(mine, Refused("spät"))
    jobs._let_go(mine)
    assert fresh(job).state == "running"
    assert fresh(job).lease_until
    jobs._run(theirs)
    assert fresh(job).state == "done"


def test_a_cancelled_job_ends_before_its_next_step(by):
    job = started(by)
    jobs.cancel(job=job)
    jobs.run_due()
    assert fresh(job).state == "cancelled"
    assert Counting.seen == []
    assert Counting.ends == [(job.pk, "cancelled")]


def test_what_has_ended_or_is_being_stopped_is_not_cancelled_again(by):
    job = started(by)
    jobs.cancel(job=job)
    with pytest.raises(Conflict):
        jobs.cancel(job=job)
    jobs.run_due()
    with pytest.raises(Conflict):
        jobs.cancel(job=job)


def test_jobs_take_turns(by, monkeypatch):
    monkeypatch.setattr(jobs, "TURN", 0.0)
    long, short = started(by, to=3), started(by, to=1)
    jobs.run_due()
    assert [pk for pk, _, _ in Counting.seen] == [long.pk, short.pk, long.pk, long.pk]
    assert {fresh(long).state, fresh(short).state} == {"done"}


def test_a_worker_told_to_stop_puts_its_job_back(by, monkeypatch):
    job = started(by)
    monkeypatch.setattr(jobs.stopping, "is_set", iter([False, True, True]).__next__)
    jobs.run_due()
    assert (fresh(job).state, fresh(job).done, fresh(job).lease_until) == ("queued", 1, None)


def test_a_job_is_found_by_its_own_firm_and_kind_alone(by):
    job = started(by)
    assert jobs.find(by=by, job_id=job.pk, kind="test.count") == job
    stranger = factories.actor(factories.tenant(credits=0, sender=""))
    for who, kind in [(stranger, "test.count"), (by, "other")]:
        with pytest.raises(NotFound):
            jobs.find(by=who, job_id=job.pk, kind=kind)


def test_a_handler_knows_who_asked(by):
    job = started(by)
    assert Counting(job).by.user == by.user
    assert Counting(job).by.tenant == by.tenant
    job.user_id = None
    assert Counting(job).by.user is None


def test_its_file_may_go_before_it_does(by):
    stored = vault.keep(tenant=by.tenant, chunks=[b"x"], name="a.csv", purpose="test", limit=10)
    job = jobs.start(by=by, kind="test.count", options={"to": 1}, file=stored)
    vault.remove(stored)
    assert fresh(job).file is None


@pytest.mark.parametrize(("done", "total", "percent"), [(0, 0, 0), (1, 3, 33), (999, 1000, 99), (3, 3, 99)])
def test_percents_are_whole_and_a_hundred_only_at_the_end(done, total, percent):
    assert Job(state="running", done=done, total=total).percent == percent


def test_jobs_are_forgotten_a_month_after_their_end(db):
    by = factories.actor(factories.tenant())
    ended = [jobs.start(by=by, kind="test.count", options={}) for _ in range(3)]
    Job.objects.filter(pk=ended[0].pk).update(finished_at=clock.now() - timedelta(days=31))
    Job.objects.filter(pk=ended[1].pk).update(finished_at=clock.now() - timedelta(days=29))
    assert [jobs.prune(), jobs.prune()] == [1, 0]
    assert set(Job.objects.values_list("pk", flat=True)) == {ended[1].pk, ended[2].pk}
