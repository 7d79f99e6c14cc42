"""The panel's words for columns of a file of contacts, and for rows that are not taken."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.contacts import import_check

FIELDS: dict[str, Promise] = {
    "": _("Yok say"),
    "msisdn": _("Telefon"),
    "name": _("Ad"),
    "address_province": _("İl"),
    "address_district": _("İlçe"),
    "sector": _("Sektör"),
    "landline": _("Sabit telefon"),
    "tag": _("Etiketler"),
}
REASONS: dict[str, Promise] = {
    import_check.INVALID: _("Numara geçersiz"),
    import_check.LANDLINE: _("Sabit hat; SMS gitmez"),
    import_check.LONG: _("Değer çok uzun"),
    import_check.REPEATED: _("Mükerrer"),
}
