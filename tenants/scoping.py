"""The only way to a tenant's rows: `Model.objects.of(tenant)`. A row of another tenant is a row that is not there."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from tenants.models import Tenant

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row_co]):
    def of(self, tenant: "Tenant") -> Self:
        """The rows of this tenant."""
        return self.filter(tenant_id=tenant.pk)


class TenantManager(models.Manager[Row_co]):
    """`TenantManager.from_queryset(TenantQuerySet)()` on each model with a tenant column."""

    if TYPE_CHECKING:

        def of(self, tenant: "Tenant") -> TenantQuerySet[Row_co]: ...
