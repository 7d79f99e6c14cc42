"""From where people came before."""

from django.db import models

from tenants.models.people import User


class KnownNetwork(models.Model):
    """A network from which a person logged in: the neighbourhood of an address, because addresses of one home change."""

    user = models.ForeignKey(User, models.CASCADE, related_name="known_networks", db_index=False)
    network = models.CharField(max_length=43)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "network"], name="known_network_once")]
