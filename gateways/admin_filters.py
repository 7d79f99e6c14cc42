"""By what the list of accounts is narrowed."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from gateways import words
from gateways.circuit import Standing
from gateways.models import GatewayAccount
from smsmerkezi.backoffice import filters
from tenants.models import Tenant

RESTING = Q(circuit__since__isnull=False, circuit__needs_staff=False)
CIRCUITS = {
    Standing.NEEDS_STAFF: Q(circuit__since__isnull=False, circuit__needs_staff=True),
    Standing.RESTS: RESTING & Q(circuit__open_until__gt=Now()),
    Standing.TRIED: RESTING & Q(circuit__open_until__lte=Now()),
    Standing.FINE: Q(circuit=None) | Q(circuit__since=None),
}


class OwnerFilter(filters.Filter):
    title = filters.TenantFilter.title
    name = filters.TenantFilter.name

    def narrowed(self, queryset: QuerySet[GatewayAccount]) -> QuerySet[GatewayAccount]:
        return queryset.filter(owner__in=Tenant.objects.filter(slug=self.value).values("pk"))


class CircuitFilter(filters.Filter):
    title = "Hat"
    name = "circuit"
    options = [("", "Hepsi"), *((str(key), words.CIRCUITS[key][2]) for key in CIRCUITS)]

    def narrowed(self, queryset: QuerySet[GatewayAccount]) -> QuerySet[GatewayAccount]:
        return queryset.filter(CIRCUITS[self.value]) if self.value in CIRCUITS else queryset.none()
