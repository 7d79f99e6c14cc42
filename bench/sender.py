"""`python -m bench.sender COUNT`: send a campaign to a CSV of COUNT recipients, as the panel does. Prints a line of JSON for
each step: seconds since the file's first byte, and what is known by then.
"""

import json
import sys
import time
from importlib import import_module

import django

PAUSE = 0.05  # seconds between two looks


def main(count: int) -> None:
    django.setup()
    campaign, models = import_module("bench.campaign"), import_module("messaging.campaigns.models")
    drafts, launching, letters, listing = (
        import_module(f"messaging.campaigns.{name}") for name in ("drafts", "launching", "letters", "listing")
    )
    by, begun = campaign.admin(), time.monotonic()
    made = drafts.create(by=by, name="bench")

    def tell(step: str, **known: object) -> None:
        print(json.dumps({"step": step, "seconds": time.monotonic() - begun, **known}), flush=True)

    listing.give_file(
        by=by, campaign_id=made.pk, chunks=campaign.file(campaign.FIRST, count), name="bench.csv"
    )
    tell("given")
    listing.check(by=by, campaign_id=made.pk)
    while (made := models.Campaign.objects.get(pk=made.pk)).stage != models.Campaign.Stage.CHECKED:
        time.sleep(PAUSE)
    tell("checked")
    letters.write(by=by, campaign_id=made.pk, letter=letters.Letter("Kasım indirimi", commercial=False))
    made = models.Campaign.objects.get(pk=made.pk)
    made = launching.launch(by=by, campaign_id=made.pk, quoted=made.quoted)
    tell("launched", message=made.message_id, credits=made.credits)


if __name__ == "__main__":
    main(int(sys.argv[1]))
