"""Door: Kullanıcılar. Who is in the firm and who is asked to join; for those who run it, also what can be done about it."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from smsmerkezi.core.ids import row_id
from smsmerkezi.panel import refusals
from smsmerkezi.panel.step_up import StepUpMixin
from smsmerkezi.panel.verbs import VerbPage
from smsmerkezi.panel.views import PanelMixin
from tenants import access, invitation_refusals, invitations, team
from tenants.models import Invitation, User
from tenants.panel_team_forms import InviteForm, RoleForm

STATES: dict[str, dict[str, Any]] = {
    Invitation.State.PENDING: {"tone": "wait", "icon": "bekliyor", "label": _("Bekliyor")},
    Invitation.State.EXPIRED: {"tone": "warn", "icon": "uyari", "label": _("Süresi doldu")},
}


class Team(StepUpMixin, View):
    """The whole screen, for those who run the firm."""

    permission = "users.manage"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = [(row, STATES[row.status]) for row in invitations.waiting(self.tenant)]
        context = {"page_title": _("Kullanıcılar"), "people": team.members(self.tenant), "asked": asked}
        return render(request, "panel/team.html", context)


class Names(PanelMixin, View):
    """Everybody else sees who their colleagues are, and no more."""

    permission = "users.names"

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"page_title": _("Kullanıcılar"), "people": team.members(self.tenant)}
        return render(request, "panel/team_names.html", context)


def people(request: HttpRequest) -> HttpResponse:
    """One address, two screens: a role decides which."""
    runs = request.user.is_authenticated and access.can(request.user, "users.manage")
    return (Team if runs else Names).as_view()(request)


class TeamForm(StepUpMixin, VerbPage):
    permission = "users.manage"
    goes_to = "panel-team"


class Invite(TeamForm):
    form_class = InviteForm
    template_name = "panel/team_invite.html"
    initial: ClassVar[dict[str, str]] = {"role": access.OPERATOR}
    extra_context: ClassVar[dict[str, Any]] = {"page_title": _("Davet et")}
    done = _("Davet gönderildi.")

    def act(self, given: dict[str, Any]) -> None:
        invitations.invite(by=self.actor, **given)


class Resend(StepUpMixin, View):
    permission = "users.manage"

    def post(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        try:
            invitations.resend(by=self.actor, invitation_id=row_id(raw_id))
        except (invitation_refusals.TooManyInvitations, invitation_refusals.EmailRegistered) as refusal:
            messages.error(request, refusals.sentence(refusal), extra_tags="bad")
        else:
            messages.success(request, gettext("Davet yeniden gönderildi."), extra_tags="ok")
        return redirect("panel-team")

    def after_step_up(self) -> str:
        return reverse("panel-team")


class Withdraw(TeamForm):
    """The confirmation before an invitation is cancelled."""

    template_name = "panel/team_withdraw.html"
    done = _("Davet iptal edildi.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        invitation = invitations.find(by=self.actor, invitation_id=row_id(self.kwargs["raw_id"]))
        return super().get_context_data(page_title=_("Daveti iptal et"), invitation=invitation, **kwargs)

    def act(self, given: dict[str, Any]) -> None:
        invitations.cancel(by=self.actor, invitation_id=row_id(self.kwargs["raw_id"]))


class PersonForm(TeamForm):
    """About one of the firm's people."""

    title: ClassVar[Promise]

    def person(self) -> User:
        return team.find(by=self.actor, user_id=row_id(self.kwargs["raw_id"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(page_title=self.title, person=self.person(), **kwargs)


class ChangeRole(PersonForm):
    form_class = RoleForm
    template_name = "panel/team_role.html"
    title = _("Rolü değiştir")
    done = _("Rol değiştirildi.")

    def get_initial(self) -> dict[str, Any]:
        return {"role": self.person().role}

    def act(self, given: dict[str, Any]) -> None:
        team.change_role(by=self.actor, user_id=row_id(self.kwargs["raw_id"]), **given)


class Remove(PersonForm):
    template_name = "panel/team_remove.html"
    title = _("Kullanıcıyı çıkar")
    done = _("Kullanıcı firmadan çıkarıldı.")

    def act(self, given: dict[str, Any]) -> None:
        team.remove(by=self.actor, user_id=row_id(self.kwargs["raw_id"]))
