"""Tenants, their people and how these get in, the trail of what they did, what they are told."""

from tenants.models.arrivals import KnownNetwork
from tenants.models.entrance import Challenge, MailLink, MailRequest, PanelSession
from tenants.models.firms import Tenant
from tenants.models.keys import ApiToken, RateWindow
from tenants.models.notices import Notification, NotificationChoice, OutgoingMail
from tenants.models.people import User, UserManager
from tenants.models.second_factor import Authenticator, RecoveryCode
from tenants.models.team import Invitation
from tenants.models.trail import AuditEntry, AuditHead, AuditLink

__all__ = [
    "ApiToken",
    "AuditEntry",
    "AuditHead",
    "AuditLink",
    "Authenticator",
    "Challenge",
    "Invitation",
    "KnownNetwork",
    "MailLink",
    "MailRequest",
    "Notification",
    "NotificationChoice",
    "OutgoingMail",
    "PanelSession",
    "RateWindow",
    "RecoveryCode",
    "Tenant",
    "User",
    "UserManager",
]
