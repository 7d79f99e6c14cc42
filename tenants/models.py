"""Tenants, their users and tokens, and the trail of what they did."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from tenants.scoping import TenantQuerySet


class Tenant(models.Model):
    """A firm. `gateway` is the slug of its road, empty for the platform's default."""

    class State(models.TextChoices):
        ACTIVE = "active", "Etkin"
        SUSPENDED = "suspended", "Askıda"

    name = models.CharField("firma", max_length=150)
    slug = models.SlugField("kısa ad", max_length=160, unique=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("durum", max_length=16, choices=State, default=State.ACTIVE)
    gateway = models.CharField("sağlayıcı", max_length=40, blank=True, default="")
    dlr_enabled = models.BooleanField("iletim raporları sorulur", default=True)
    default_originator = models.CharField("varsayılan başlık", max_length=11, blank=True, default="")
    created_at = models.DateTimeField("oluşturulma", auto_now_add=True)

    class Meta:
        verbose_name = "firma"
        verbose_name_plural = "firmalar"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["active", "suspended"]), name="tenant_state_known"),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, role=User.Role.SUPER_ADMIN, tenant=None, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


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
    name = models.CharField("ad soyad", max_length=150)
    role = models.CharField("rol", max_length=16, choices=Role, default=Role.VIEWER)
    is_active = models.BooleanField("etkin", default=True)
    language = models.CharField(
        "dil", max_length=2, choices=[("tr", "Türkçe"), ("en", "English")], default="tr"
    )
    theme = models.CharField("görünüm", max_length=5, choices=Theme, default=Theme.AUTO)
    created_at = models.DateTimeField("oluşturulma", auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "kullanıcı"
        verbose_name_plural = "kullanıcılar"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
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

    # What Django's admin asks: platform staff may do everything there, nobody else anything.
    @property
    def is_staff(self) -> bool:
        return self.is_active and self.is_super_admin

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class ApiToken(models.Model):
    """`id|secret`; only the secret's SHA-256 is kept. `abilities` are contract A3's four words."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name="kullanıcı")
    name = models.CharField("ad", max_length=64)
    secret_hash = models.CharField(max_length=64, editable=False)
    abilities = ArrayField(models.CharField(max_length=32), verbose_name="yetkiler")
    last_used_at = models.DateTimeField("son kullanım", null=True, blank=True)
    created_at = models.DateTimeField("oluşturulma", auto_now_add=True)

    class Meta:
        verbose_name = "API anahtarı"
        verbose_name_plural = "API anahtarları"
        constraints = [
            models.CheckConstraint(
                condition=Q(abilities__contained_by=["sms:send", "sms:read", "balance:read", "*"])
                & Q(abilities__len__gte=1),
                name="token_abilities_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"


class RateWindow(models.Model):
    """One counter per limited thing; unlogged, because a crash may forget it. See `tenants.limits`."""

    bucket = models.CharField(max_length=120, primary_key=True)
    hits = models.PositiveBigIntegerField()
    ends_at = models.DateTimeField()


class AuditEntry(models.Model):
    """Who did what to which object, from where. Append-only: a trigger refuses changes."""

    tenant = models.ForeignKey(
        Tenant,
        models.PROTECT,
        null=True,
        related_name="audit_entries",
        db_index=False,
        db_constraint=False,  # a check would lock the firm's row at each entry; firms are closed, never deleted
        verbose_name="firma",
    )
    user_id = models.BigIntegerField("kullanıcı", null=True)
    token_id = models.BigIntegerField("anahtar", null=True)
    action = models.CharField("eylem", max_length=64)
    entity_type = models.CharField("tür", max_length=64, blank=True, default="")
    entity_id = models.BigIntegerField("kimlik", null=True)
    meta = models.JSONField("ayrıntı", default=dict)
    ip = models.GenericIPAddressField("adres", null=True)
    user_agent = models.CharField("istemci", max_length=255, blank=True, default="")
    created_at = models.DateTimeField("zaman", auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "denetim kaydı"
        verbose_name_plural = "denetim kayıtları"
        indexes = [models.Index("tenant", "id", name="audit_of_tenant")]
