"""Refusals in the panel's words. The table is total: tests/panel/test_refusals.py holds it against every DomainError.

A sentence may use the refusal's own attributes, such as `{needed}`.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from smsmerkezi.core.errors import DomainError

AGAIN = _("Sistem şu an meşgul. Birkaç saniye sonra yeniden deneyin.")
RELOAD = _("İstek anlaşılamadı. Sayfayı yenileyip yeniden deneyin.")

SENTENCES: dict[str, str | Promise] = {
    "account-closed": _("Bu hesap kapalı."),
    "acting-already": _("Zaten bir firma adına çalışıyorsunuz. Önce kendi hesabınıza dönün."),
    "bad-credentials": _("E-posta veya parola hatalı."),
    "bad-request": RELOAD,
    "busy": AGAIN,
    "conflict": _("Kayıt bu arada değişmiş. Sayfayı yenileyip yeniden deneyin."),
    "callback-forged": _("Bu adres hiçbir sağlayıcı hesabının değil."),
    "callback-unreadable": _("İçerik anlaşılamadı."),
    "closed-while-acting": _("Bu işlem firma adına çalışırken yapılamaz. Önce kendi hesabınıza dönün."),
    "duplicate-custom-id": _("Bu özel kimlik daha önce kullanılmış."),
    "firm-suspended": _("Askıdaki bir firma adına çalışılamaz."),
    "forbidden": _("Bu işlem için yetkiniz yok."),
    "gateway-closed": _("Sağlayıcı şu an kapalı. Birkaç dakika sonra yeniden deneyin."),
    "idempotency-in-progress": _("Bu gönderim hâlâ işleniyor. Birkaç saniye sonra Mesajlar sayfasına bakın."),
    "idempotency-key-reuse": _("Form başka bir içerikle daha önce gönderilmiş. Yeniden inceleyip gönderin."),
    "insufficient-credit": _("Yetersiz bakiye: {needed} SMS gerekiyor, {available} SMS var."),
    "invalid-acting-reason": _("Neden 5 ile 200 karakter arasında olmalıdır."),
    "invalid-abilities": _("Seçilen yetkiler geçersiz."),
    "invalid-amount": _("Miktar geçersiz."),
    "invalid-body": _("Mesaj 1 ile 1.000 karakter arasında olmalıdır."),
    "invalid-code": _("Kod hatalı ya da daha önce kullanılmış."),
    "invalid-cursor": _("Sayfa adresi geçersiz. Listenin başından başlayın."),
    "invalid-date": _("Tarih geçersiz."),
    "invalid-datetime": _("Tarih veya saat geçersiz."),
    "invalid-filter": _("Filtre geçersiz."),
    "invalid-idempotency-key": RELOAD,
    "invalid-meta": _("Ek bilgiler geçersiz."),
    "invalid-name": _("Ad 1 ile 64 karakter arasında olmalıdır."),
    "invalid-number": _("Listede geçersiz bir telefon numarası var."),
    "invalid-reason": _("Neden 5 ile 500 karakter arasında olmalıdır."),
    "invalid-recipients": _("Alıcı sayısı 1 ile 1.000 arasında olmalıdır."),
    "invalid-request": RELOAD,
    "invalid-schedule": _("Gönderim zamanı en az 1 dakika sonra ve en çok 1 yıl içinde olmalıdır."),
    "invalid-sender": _("Başlık 1-11 karakter olmalı; harf, rakam, boşluk, nokta ve tire içerebilir."),
    "no-recipients": _("Gönderilecek alıcı kalmadı: bütün numaralar ret listesinde."),
    "not-found": _("Kayıt bulunamadı."),
    "payload-too-large": _("İstek çok büyük. Daha kısa bir metin ya da daha az alıcı deneyin."),
    "proof-needed": _(
        "Bu işlem için son 10 dakika içinde giriş yapmış olmanız gerekir. Yeniden giriş yapın."
    ),
    "rate-limit": _("Çok fazla istek geldi. {retry_after} saniye sonra yeniden deneyin."),
    "second-factor-not-pending": _("Başlatılmış bir kurulum yok. Kurulumu yeniden başlatın."),
    "second-factor-off": _("İki adımlı doğrulama kapalı."),
    "sender-not-approved": _("Bu başlık onaylı değil. Onaylı bir başlık seçin."),
    "too-late": _("Mesaj artık iptal edilemez; gönderimi başlamış veya bitmiş."),
    "too-many-attempts": _("Çok fazla deneme yapıldı. {retry_after} saniye sonra yeniden deneyin."),
    "unauthenticated": _("Oturumunuz kapanmış. Yeniden giriş yapın."),
    "unencodable": _("Mesajda bu sağlayıcının gönderemediği karakterler var."),
    "unknown-challenge": _("Bu adımın süresi doldu. Yeniden giriş yapın."),
    "unknown-gateway": _("Hesabınız için tanımlı bir sağlayıcı yok. Destek ekibine başvurun."),
    "unsupported-media-type": _("Bu içerik türü kabul edilmiyor."),
    "wrong-password": _("Parola hatalı."),
}


def sentence(refusal: DomainError) -> str:
    return str(SENTENCES[refusal.code]).format_map(vars(refusal))
