"""The only way to a tenant's rows: `Model.objects.of(tenant)`. Another tenant's row is a row that is not there."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from tenants.models import Tenant

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row_co]):
    """`objects = TenantQuerySet.as_manager()` on each model with a tenant column."""

    def of(self, tenant: "Tenant") -> Self:
        """The rows of this tenant."""
        return self.filter(tenant_id=tenant.pk)
