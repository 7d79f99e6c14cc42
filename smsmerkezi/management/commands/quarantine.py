"""`manage.py quarantine`: after a copy came back that the platform cannot tell by itself (docs/adr/0010)."""

from django.core.management.base import BaseCommand

from messaging.sms import quarantine


class Command(BaseCommand):
    help = "Puts everything that may have been sent since the copy was made in doubt; gateways are asked before it leaves."

    def handle(self, *args: object, **options: object) -> None:
        count = quarantine.begin(by=None)
        self.stdout.write(
            f"{count} submissions are in doubt now; their gateways are asked before anything is sent again."
        )
