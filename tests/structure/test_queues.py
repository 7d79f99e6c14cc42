"""Every queue has a worker, and whatever has rows is looked after when no bell rings."""

from django.conf import settings

from messaging.sms.models import Submission
from smsmerkezi import family, queues


def test_every_queue_is_served_by_exactly_one_worker_lane():
    served = [queue for lane in family.LANES.values() for queue in lane]
    assert sorted(served) == sorted(settings.RQ_QUEUES)


def test_every_queue_is_looked_after_or_known_to_have_no_rows():
    assert set(queues.LOOKS) | set(queues.IDLE) == set(settings.RQ_QUEUES)
    assert not set(queues.LOOKS) & set(queues.IDLE)


def test_every_lane_of_submissions_is_a_queue():
    assert {lane.label for lane in Submission.Lane} <= set(queues.LOOKS)


def test_otp_has_a_lane_of_its_own():
    assert [lane for lane in family.LANES.values() if "otp" in lane] == [("otp",)]
