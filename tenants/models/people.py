"""People of firms and of the platform."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from tenants.models.firms import Tenant


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, role=User.Role.SUPER_ADMIN, tenant=None, **fields)

    def by_email(self, email: str | None) -> models.QuerySet["User"]:
        """Who has this address, in any case: one person or none. Whoever was removed is not found."""
        lowered = (email or "").strip().lower()
        return self.filter(email_key=lowered, deleted_at=None)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.by_email(username).get()


class User(AbstractBaseUser):
    """A person of a tenant, or platform staff (`super_admin`, without a tenant)."""

    class Role(models.TextChoices):
        VIEWER = "viewer", "İzleyici"
        OPERATOR = "operator", "Operatör"
        ADMIN = "admin", "Yönetici"
        SUPER_ADMIN = "super_admin", "Platform yöneticisi"

    class Theme(models.TextChoices):
        AUTO = "auto", "Otomatik"
        LIGHT = "light", "Açık"
        DARK = "dark", "Koyu"

    tenant = models.ForeignKey(
        Tenant, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="firma"
    )
    email = models.EmailField("e-posta")
    # What an address is found by. A column: behind a policy PostgreSQL looks nothing up by a function's index (docs/adr/0014).
    email_key = models.GeneratedField(
        expression=Lower("email"), output_field=models.CharField(max_length=254), db_persist=True
    )
    name = models.CharField("ad soyad", max_length=150)
    role = models.CharField("rol", max_length=16, choices=Role, default=Role.VIEWER)
    is_active = models.BooleanField("etkin", default=True)
    language = models.CharField(
        "dil", max_length=2, choices=[("tr", "Türkçe"), ("en", "English")], default="tr"
    )
    theme = models.CharField("görünüm", max_length=5, choices=Theme, default=Theme.AUTO)
    phone = models.CharField("telefon", max_length=20, blank=True, default="")  # E.164
    email_verified_at = models.DateTimeField("e-posta doğrulanma", null=True, blank=True)
    # Consent to the privacy notice (KVKK): which dated text, when and from where. A withdrawn one keeps its date.
    kvkk_consented_at = models.DateTimeField("KVKK onayı", null=True, blank=True)
    kvkk_version = models.CharField("KVKK metni", max_length=10, blank=True, default="")
    kvkk_ip = models.GenericIPAddressField("KVKK adresi", null=True, blank=True)
    kvkk_revoked_at = models.DateTimeField("KVKK geri çekme", null=True, blank=True)
    marketing_consented_at = models.DateTimeField("ticari ileti onayı", null=True, blank=True)
    session_epoch = models.PositiveIntegerField(default=0)  # counting up ends every session
    created_at = models.DateTimeField("oluşturulma", auto_now_add=True)
    deleted_at = models.DateTimeField("silinme", null=True, blank=True)  # messages keep the author's name

    # In the memory of one request only: the firm that this super_admin acts for (tenants.acting).
    acting_for: Tenant | None = None

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "kullanıcı"
        verbose_name_plural = "kullanıcılar"
        constraints = [
            models.UniqueConstraint(
                fields=["email_key"], name="user_email_unique", condition=Q(deleted_at=None)
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(is_active=False), name="user_deleted_is_inactive"
            ),
            models.CheckConstraint(
                condition=Q(role="super_admin", tenant=None)
                | (~Q(role="super_admin") & Q(tenant__isnull=False)),
                name="user_super_admin_has_no_tenant",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["viewer", "operator", "admin", "super_admin"]), name="user_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_super_admin(self) -> bool:
        return self.role == self.Role.SUPER_ADMIN

    @property
    def acting(self) -> bool:
        return self.acting_for is not None

    @property
    def firm(self) -> Tenant | None:
        """Whose rows this person sees: the own firm's, or those of the one acted for."""
        return self.acting_for or self.tenant

    @property
    def firm_id(self) -> int | None:
        return self.acting_for.pk if self.acting_for else self.tenant_id

    def get_session_auth_hash(self) -> str:
        """A session lives as long as the password and `session_epoch` stay."""
        return f"{super().get_session_auth_hash()}{self.session_epoch}"

    # What Django's admin asks: platform staff may do everything there, nobody else anything.
    @property
    def is_staff(self) -> bool:
        return self.is_active and self.is_super_admin

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
