"""Every path of /v1, in the contract's order."""

from django.urls import path

from billing import api as billing
from messaging.campaigns import api as bulk
from messaging.contacts import api as contacts
from messaging.reports import api as reports
from messaging.reports import api_report
from messaging.senders import api as senders
from messaging.senders import api_admin
from messaging.sms import api as sms
from messaging.sms import api_templates as templates
from messaging.sms.api_send import SendSms
from smsmerkezi.api import docs, problems, status
from tenants import api as tenants
from tenants import api_acting as acting
from tenants import api_audit as audit
from tenants import api_auth as auth
from tenants import api_notifications, api_team
from tenants import api_second_factor as second_factor
from tenants import api_session as session
from tenants import api_settings as settings
from tenants.api_register import SignUp

urlpatterns = [
    path("status", status.Status.as_view(), name="v1-status"),
    path("sms/send", SendSms.as_view(), name="v1-sms-send"),
    path("sms/<str:id>", sms.Detail.as_view(), name="v1-sms-detail"),
    path("sms", sms.List.as_view(), name="v1-sms"),
    path("balance", billing.Balance.as_view(), name="v1-balance"),
    path("tokens", tenants.Tokens.as_view(), name="v1-tokens"),
    path("tokens/<str:id>", tenants.Token.as_view(), name="v1-token"),
    path("admin/audit-logs", audit.All.as_view(), name="v1-admin-audit-logs"),
    path("panel/tenant-switcher", acting.Switcher.as_view(), name="v1-tenant-switcher"),
    path("panel/tenant-switcher/status", acting.Status.as_view(), name="v1-tenant-switcher-status"),
    path("admin/sender-ids", api_admin.AllSenderIds.as_view(), name="v1-admin-senders"),
    path("admin/sender-ids/<str:id>/approve", api_admin.Approve.as_view(), name="v1-sender-approve"),
    path("admin/sender-ids/<str:id>/reject", api_admin.Reject.as_view(), name="v1-sender-reject"),
    path("admin/sender-ids/<str:id>/document", api_admin.Document.as_view(), name="v1-sender-document"),
    path("auth/login", auth.Login.as_view(), name="v1-login"),
    path("auth/register", SignUp.as_view(), name="v1-register"),
    path("auth/two-factor/challenge", auth.TwoFactorChallenge.as_view(), name="v1-two-factor"),
    path("auth/kvkk-consent", auth.KvkkConsent.as_view(), name="v1-kvkk-consent"),
    path("auth/logout", session.Logout.as_view(), name="v1-logout"),
    path("auth/me", session.Me.as_view(), name="v1-me"),
    path("health", status.Health.as_view(), name="v1-health"),
    path("panel/2fa", second_factor.TwoFactor.as_view(), name="v1-2fa"),
    path("panel/2fa/setup", second_factor.Setup.as_view(), name="v1-2fa-setup"),
    path("panel/2fa/enable", second_factor.Enable.as_view(), name="v1-2fa-enable"),
    path("panel/2fa/confirm", second_factor.Confirm.as_view(), name="v1-2fa-confirm"),
    path("panel/2fa/recovery-codes/regenerate", second_factor.RecoveryCodes.as_view(), name="v1-2fa-codes"),
    path("panel/notifications", api_notifications.Notifications.as_view(), name="v1-notifications"),
    path("panel/notifications/recent", api_notifications.Recent.as_view(), name="v1-notifications-recent"),
    path("panel/notifications/read-all", api_notifications.ReadAll.as_view(), name="v1-notifications-read"),
    path("panel/notifications/<str:id>/read", api_notifications.Read.as_view(), name="v1-notification-read"),
    path("panel/notifications/<str:id>", api_notifications.OneNotification.as_view(), name="v1-notification"),
    path("panel/contacts", contacts.Contacts.as_view(), name="v1-contacts"),
    path("panel/contacts/<str:id>", contacts.OneContact.as_view(), name="v1-contact"),
    path("panel/templates", templates.Templates.as_view(), name="v1-templates"),
    path("panel/templates/<str:id>", templates.OneTemplate.as_view(), name="v1-template"),
    path("panel/reports", api_report.Reports.as_view(), name="v1-reports"),
    path("panel/sms", reports.Messages.as_view(), name="v1-panel-messages"),
    path("panel/sms/<str:id>", reports.OneMessage.as_view(), name="v1-panel-message"),
    path("panel/bulk-sms", bulk.Bulk.as_view(), name="v1-bulk"),
    path("panel/bulk-sms/<str:bulkJob_id>", bulk.OneBulk.as_view(), name="v1-bulk-one"),
    path("panel/bulk-sms/<str:bulkJob_id>/progress", bulk.Progress.as_view(), name="v1-bulk-progress"),
    path("panel/bulk-sms/<str:bulkJob_id>/cancel", bulk.Cancel.as_view(), name="v1-bulk-cancel"),
    path("panel/sender-ids", senders.SenderIds.as_view(), name="v1-senders"),
    path("panel/sender-ids/<str:id>", senders.OneSenderId.as_view(), name="v1-sender"),
    path("panel/users", api_team.Users.as_view(), name="v1-users"),
    path("panel/users/invite", api_team.Invitations.as_view(), name="v1-users-invite"),
    path("panel/users/invitations/<str:id>", api_team.OneInvitation.as_view(), name="v1-invitation"),
    path("panel/users/<str:id>", api_team.OneUser.as_view(), name="v1-user"),
    path("panel/audit-logs", audit.List.as_view(), name="v1-audit-logs"),
    path("panel/audit-logs/<str:id>", audit.Detail.as_view(), name="v1-audit-log"),
    path("panel/settings", settings.Settings.as_view(), name="v1-settings"),
    path("panel/settings/profile", settings.Profile.as_view(), name="v1-settings-profile"),
    path("panel/settings/password", settings.Password.as_view(), name="v1-settings-password"),
    path("panel/settings/kvkk-revoke", settings.KvkkRevoke.as_view(), name="v1-kvkk-revoke"),
    path("schema", docs.Schema.as_view(), name="v1-schema"),
    path("docs", docs.page, name="v1-docs"),
    path("docs/swagger", docs.Swagger.as_view(), name="v1-docs-swagger"),
    path("<path:rest>", problems.no_such_path, name="v1-no-such-path"),
]
