"""Reading a campaign's list from beginning to end: who is sent to is kept, who is not is kept apart, with the reason."""

from datetime import timedelta
from itertools import islice

from messaging.campaigns import leftout, lists, sources
from messaging.campaigns.models import Campaign
from messaging.campaigns.sieve import Sieve
from messaging.files import jobs, vault
from messaging.files.models import Job, StoredFile
from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError

KIND = "campaign.check"
AT_ONCE = 5000  # rows
KEPT_FOR = timedelta(days=30)  # the lists, which are personal data; the campaign's figures stay


class EmptyList(DomainError):
    """Contract #80."""

    code = "empty-list"

    def __init__(self) -> None:
        super().__init__("Dosya bos veya parse edilemedi.")


class Checking:
    """One reading. Each step stands in its caller's transaction; nothing holds before `finish`."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.source = sources.OPENED[campaign.source](campaign)
        self.sieve = Sieve(tenant_id=campaign.tenant_id, columns=campaign.columns)
        self.kept = self._writer("liste", lists.PURPOSE)
        self.excluded = self._writer("elenenler", leftout.PURPOSE)
        self._rows = self.source.rows

    @property
    def files(self) -> list[int]:
        return [self.kept.stored.pk, self.excluded.stored.pk]

    def step(self) -> bool:
        """Some more rows; False when those were the last. Raises Unreadable, FileGone, vault.TooLarge, EmptyList."""
        rows = list(islice(self._rows, AT_ONCE))
        people, out = self.sieve.sift(rows)
        self.kept.write(lists.packed(people, plain=not self.campaign.fields))
        self.excluded.write(leftout.packed(out))
        if not self.sieve.rows:
            raise EmptyList
        return len(rows) == AT_ONCE

    def finish(self) -> None:
        """Set what was found on the campaign, which the caller saves."""
        campaign = self.campaign
        before = [each for each in (campaign.kept, campaign.excluded) if each]
        campaign.kept, campaign.excluded = self.kept.close(), self.excluded.close()
        campaign.rows, campaign.recipients = self.sieve.rows, self.sieve.kept
        campaign.reasons = dict(self.sieve.counts)
        campaign.stage, campaign.quoted = Campaign.Stage.CHECKED, ""
        campaign.error_code = campaign.error_text = ""
        for old in before:
            vault.remove(old)

    def _writer(self, name: str, purpose: str) -> vault.Writer:
        return vault.Writer(
            tenant=self.campaign.tenant,
            name=name,
            purpose=purpose,
            limit=lists.LIMIT,
            ends_at=clock.now() + KEPT_FOR,
        )


def at_once(campaign: Campaign) -> None:
    """In the caller's transaction, for a list that a person waits for. The caller saves the campaign."""
    reading = Checking(campaign)
    while reading.step():
        pass
    reading.finish()


class Check(jobs.Handler):
    """As a job. Who was seen already is known to this process alone, so another one begins anew."""

    begins_anew = True

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._reading: Checking | None = None

    def step(self) -> bool:
        campaign = self._campaign()
        if campaign.job_id != self.job.pk:
            return False  # another list was given meanwhile
        if self._reading is None:
            self._forget_files()
            self._reading = Checking(campaign)
            self.job.data = {"files": self._reading.files}
        more = self._reading.step()
        self.job.total, self.job.done = self._reading.source.total, self._reading.source.place
        if not more:
            self._reading.campaign = campaign
            self._reading.finish()
            campaign.save()
        return more

    def ended(self) -> None:
        if self.job.state == Job.State.DONE:
            return
        self._forget_files()
        Campaign.objects.filter(pk=self.job.options["campaign"], job=self.job).update(
            stage=Campaign.Stage.DRAFT, error_code=self.job.error_code, error_text=self.job.error_text
        )

    def _forget_files(self) -> None:
        StoredFile.objects.of(self.job.tenant).filter(pk__in=self.job.data.get("files", [])).delete()

    def _campaign(self) -> Campaign:
        return Campaign.objects.select_for_update(no_key=True).get(pk=self.job.options["campaign"])
