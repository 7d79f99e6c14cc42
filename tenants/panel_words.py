"""What pages of mailed links say, for each thing that may have become of a link."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.models import MailLink

VERIFY, RESET = MailLink.Purpose.VERIFY, MailLink.Purpose.RESET
SIGN_IN = _("Giriş yap")
ANOTHER = _("Yeni bağlantı iste")


class Words(NamedTuple):
    """`view` is the URL name behind the button; for a link that still works, the button uses it."""

    title: str | Promise
    sentence: str | Promise
    action: str | Promise
    view: str = "panel-login"

    @property
    def url(self) -> str:
        return reverse(self.view)


CUT = _("Adres eksik kopyalanmış olabilir. İletideki bağlantıyı yeniden deneyin.")
UNKNOWN = _("Bu bağlantıyı tanımıyoruz")
EXPIRED = _("Bağlantının süresi dolmuş")
CANCELLED = _("Bu bağlantı artık geçerli değil")
LATER = _("Daha sonra yeni bir bağlantı istendi. En son gönderdiğimiz iletideki bağlantıyı kullanın.")

LINKS: dict[tuple[str, str], Words] = {
    (VERIFY, "valid"): Words(
        _("E-posta adresinizi doğrulayın"),
        _("Adresin sizin olduğunu doğrulamak için düğmeye basın."),
        _("Adresimi doğrula"),
    ),
    (VERIFY, "done"): Words(
        _("Adresiniz doğrulandı"), _("E-posta adresinizin sizin olduğunu doğruladınız."), SIGN_IN
    ),
    (VERIFY, "used"): Words(
        _("Adresiniz zaten doğrulanmış"),
        _("Bu bağlantı daha önce kullanılmış. Yapmanız gereken bir şey yok."),
        SIGN_IN,
    ),
    (VERIFY, "expired"): Words(
        EXPIRED, _("Giriş yapın; yeni bir bağlantıyı panelden isteyebilirsiniz."), SIGN_IN
    ),
    (VERIFY, "cancelled"): Words(CANCELLED, LATER, SIGN_IN),
    (VERIFY, "unknown"): Words(UNKNOWN, CUT, SIGN_IN),
    (RESET, "done"): Words(_("Parolanız değişti"), _("Yeni parolanızla giriş yapabilirsiniz."), SIGN_IN),
    (RESET, "used"): Words(
        _("Bu bağlantı kullanılmış"),
        _(
            "Parolanız bu bağlantıyla daha önce değiştirilmiş. Siz değiştirmediyseniz yeni bir bağlantı isteyin."
        ),
        ANOTHER,
        "panel-forgotten",
    ),
    (RESET, "expired"): Words(
        EXPIRED, _("Parola bağlantıları bir saat geçerlidir."), ANOTHER, "panel-forgotten"
    ),
    (RESET, "cancelled"): Words(CANCELLED, LATER, ANOTHER, "panel-forgotten"),
    (RESET, "unknown"): Words(UNKNOWN, CUT, ANOTHER, "panel-forgotten"),
}
STATUSES = {"valid": 200, "done": 200, "unknown": 404}  # others are gone: 410
