"""Refusals in the panel's words. The table is total: tests/panel/test_refusals.py holds it against every DomainError.

A sentence may use the refusal's own attributes, such as `{needed}`.
"""

from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from smsmerkezi.core.errors import DomainError, Several

AGAIN = _("Sistem şu an meşgul. Birkaç saniye sonra yeniden deneyin.")
RELOAD = _("İstek anlaşılamadı. Sayfayı yenileyip yeniden deneyin.")

SENTENCES: dict[str, str | Promise] = {
    "account-closed": _("Bu hesap kapalı."),
    "acting-already": _("Zaten bir firma adına çalışıyorsunuz. Önce kendi hesabınıza dönün."),
    "bad-credentials": _("E-posta veya parola hatalı."),
    "bad-request": RELOAD,
    "busy": AGAIN,
    "conflict": _("Kayıt bu arada değişmiş. Sayfayı yenileyip yeniden deneyin."),
    "consent-missing": _("Devam etmek için KVKK aydınlatma metnini okuyup onaylamalısınız."),
    "callback-forged": _("Bu adres hiçbir sağlayıcı hesabının değil."),
    "callback-unreadable": _("İçerik anlaşılamadı."),
    "closed-while-acting": _("Bu işlem firma adına çalışırken yapılamaz. Önce kendi hesabınıza dönün."),
    "contact-known": _("Bu numara rehberinizde zaten kayıtlı."),
    "digits-lost": _("Excel numarayı kısaltmış; sütunu metin biçimine alıp numaraları yeniden yazın."),
    "document-active": _(
        "Belgede betik, eylem ya da ekli dosya var. Yazdırıp PDF olarak kaydettiğiniz bir kopyasını yükleyin."
    ),
    "document-broken": _("Belge açılamadı: dosya bozuk ya da yarım."),
    "document-encrypted": _("Belge parolalı. Parolasız bir kopyasını yükleyin."),
    "document-missing": _("Belge zorunludur; PDF, JPG ya da PNG yükleyin."),
    "document-pages": _("PDF 1 ile 50 sayfa arasında olmalıdır."),
    "document-pixels": _("Görsel en çok 50 megapiksel olabilir."),
    "document-type": _("Belge PDF, JPG ya da PNG olmalı; dosyanın adı ile içeriği uyuşmalıdır."),
    "duplicate-custom-id": _("Bu özel kimlik daha önce kullanılmış."),
    "email-known": _("Bu e-posta adresi kayıtlı."),
    "email-registered": _("Bu e-posta adresi zaten kayıtlı."),
    "file-binary": _("Bu dosya bir tablo değil; CSV, TXT veya XLSX yükleyin."),
    "file-bomb": _("Dosya açıldığında çok büyük oluyor; satırları birkaç dosyaya bölün."),
    "file-broken": _("Dosya bozuk veya yarım; yeniden kaydedip yükleyin."),
    "file-cell-too-long": _("Satır {row}: bir hücrede en çok 2.000 karakter olabilir."),
    "invalid-field": RELOAD,
    "missing-field": RELOAD,
    "no-numbers": _("Dosyada telefon numarası bulunamadı."),
    "invalid-window": RELOAD,
    "never-open": RELOAD,
    "holiday-known": RELOAD,
    "commercial-otp": _("Doğrulama mesajı ticari olamaz."),
    "invalid-range": _("Tarih aralığı geçersiz; en çok 366 gün seçin."),
    "invalid-import-columns": _(
        "Tam bir sütun telefon olmalı; her alan bir kez seçilebilir, en çok 30 kendi alanınız olur."
    ),
    "invalid-applicant": _("Başlığın kimin adı olduğunu seçin."),
    "invalid-permit": _("Bayi başvurusunda iznin bitiş tarihi zorunludur; geçmiş bir gün olamaz."),
    "invalid-registration": RELOAD,
    "group-known": _("Burada bu adda bir grup zaten var."),
    "invalid-bulk-action": RELOAD,
    "invalid-group-name": _("Grup adı 1 ile 100 karakter arasında olmalıdır."),
    "invalid-parent": _("Üst grup uygun değil: kendi altında olamaz, en çok 5 düzey açılır."),
    "nobody-chosen": _("Önce kişi seçin."),
    "too-many-groups": _("En çok 500 grup açılabilir."),
    "import-not-now": _("Bu adım şu an yapılamaz; sayfayı yenileyin."),
    "erase-under-way": _("Bu kişiye giden bir mesaj henüz bitmedi; bitince silebilirsiniz."),
    "erase-not-confirmed": _("Onaylamak için SİL yazın."),
    "invalid-export": RELOAD,
    "sheet-full": _("Bir Excel sayfasına bu kadar satır sığmaz; CSV seçin ya da süzgeci daraltın."),
    "file-not-text": _("Yalnızca CSV ve TXT dosyaları kabul edilir."),
    "empty-list": _("Listede hiç satır yok; dosyayı denetleyip yeniden yükleyin."),
    "invalid-campaign-name": _("Ad 1 ile 120 karakter arasında olmalıdır."),
    "invalid-columns": _("Tam bir sütun telefon olmalı; her alan bir kez seçilebilir."),
    "invalid-pace": _("Dakikadaki gönderim 1 ile 600.000 arasında olmalıdır."),
    "list-too-short": _("Liste beklenenden kısa; kalan kredi iade edildi."),
    "campaign-not-ready": _("Önce liste denetlenmeli ve fiyat hesaplanmalı."),
    "campaign-over": _("Gönderim zaten tamamlandı veya durduruldu."),
    "campaign-not-paused": _("Gönderim duraklatılmış değil."),
    "campaign-not-over": _("Gönderim bitmeden ulaşmayanlara yeniden gönderilemez."),
    "nobody-missed": _("Ulaşmayan alıcı yok."),
    "price-changed": _("Fiyat bu arada değişti; yeniden bakıp onaylayın."),
    "file-empty": _("Dosya boş; içinde hiç satır yok."),
    "file-format": _("Bu biçim okunmuyor; dosyayı Excel'de XLSX veya CSV olarak kaydedip yükleyin."),
    "file-locked": _("Dosya parola korumalı; parolayı kaldırıp yeniden yükleyin."),
    "file-mixed-encoding": _(
        "Satır {row}: karakter kodlaması dosyanın ortasında değişiyor; dosyayı UTF-8 olarak kaydedip yükleyin."
    ),
    "file-row-too-long": _("Satır {row} çok uzun; kapanmamış bir tırnak olabilir."),
    "file-too-large": _("Dosya en çok {longest} olabilir."),
    "file-too-many-rows": _("Dosyada çok fazla satır var; en çok 1.100.000 satır okunur."),
    "file-too-wide": _("Satır {row}: en çok 200 sütun okunur."),
    "firm-suspended": _("Askıdaki bir firma adına çalışılamaz."),
    "forbidden": _("Bu işlem için yetkiniz yok."),
    "gateway-closed": _("Sağlayıcı şu an kapalı. Birkaç dakika sonra yeniden deneyin."),
    "idempotency-in-progress": _("Bu gönderim hâlâ işleniyor. Birkaç saniye sonra Mesajlar sayfasına bakın."),
    "idempotency-key-reuse": _("Form başka bir içerikle daha önce gönderilmiş. Yeniden inceleyip gönderin."),
    "insufficient-credit": _("Yetersiz bakiye: {needed} SMS gerekiyor, {available} SMS var."),
    "invalid-acting-reason": _("Neden 5 ile 200 karakter arasında olmalıdır."),
    "invalid-abilities": _("Seçilen yetkiler geçersiz."),
    "invalid-addresses": _(
        "En çok 20 adres yazabilirsiniz; her biri anahtarınızın adreslerinin içinde olmalıdır."
    ),
    "invalid-amount": _("Miktar geçersiz."),
    "invalid-body": _("Mesaj 1 ile 1.000 karakter arasında olmalıdır."),
    "invalid-code": _("Kod hatalı ya da daha önce kullanılmış."),
    "invalid-company-name": _("Firma adı 1 ile 150 karakter arasında olmalıdır."),
    "invalid-country": _("Ülke iki harfle yazılır: TR."),
    "invalid-cursor": _("Sayfa adresi geçersiz. Listenin başından başlayın."),
    "invalid-date": _("Tarih geçersiz."),
    "invalid-datetime": _("Tarih veya saat geçersiz."),
    "invalid-email": _("E-posta adresi geçersiz."),
    "invalid-expiry": _("Geçerlilik sonu ileri bir zaman olmalıdır."),
    "invalid-filter": _("Filtre geçersiz."),
    "invalid-full-name": _("Ad soyad 1 ile 150 karakter arasında olmalıdır."),
    "invalid-idempotency-key": RELOAD,
    "invalid-meta": _("Ek bilgiler geçersiz."),
    "invalid-name": _("Ad 1 ile 64 karakter arasında olmalıdır."),
    "invalid-network": _("Geçersiz adres: {written}"),
    "invalid-note": _("Not en çok 200 karakter olabilir."),
    "invalid-number": _("Listede geçersiz bir telefon numarası var."),
    "invalid-phone": _("Cep telefonu numarası geçersiz; 0555 123 45 67 gibi yazın."),
    "invalid-reason": _("Neden 5 ile 500 karakter arasında olmalıdır."),
    "invalid-recipients": _("Alıcı sayısı 1 ile 1.000 arasında olmalıdır."),
    "invalid-request": RELOAD,
    "invalid-schedule": _("Gönderim zamanı en az 1 dakika sonra ve en çok 1 yıl içinde olmalıdır."),
    "invitation-over": _("Bu davet artık geçerli değil: kabul edilmiş, iptal edilmiş ya da süresi dolmuş."),
    "invitation-pending": _("Bu e-posta adresi için bekleyen bir davet var."),
    "invalid-sender": _("Başlık 1-11 karakter olmalı; A-Z, a-z, 0-9, nokta ve tire içerebilir."),
    "invalid-template-body": _("Şablon metni 1 ile 1.530 karakter arasında olmalıdır."),
    "invalid-template-name": _("Şablon adı 1 ile 100 karakter arasında olmalıdır."),
    "invalid-text": _("Geçersiz karakter içeriyor."),
    "invalid-url": _("Adres https ile başlayan, internette bulunan bir alan adı olmalıdır."),
    "label-digits": _("Başlıkta en az bir harf olmalıdır; yalnız rakamdan oluşan başlıklar kabul edilmez."),
    "label-domain": _("Başlık bir internet adresine benziyor; .com, .tr gibi uzantılar kabul edilmez."),
    "label-generic": _(
        "INFO, SMS, UYARI gibi genel sözcükler başlık olamaz; firmanızı veya markanızı anlatan bir ad yazın."
    ),
    "label-known": _("Bu başlık için bekleyen ya da onaylanmış bir başvurunuz zaten var."),
    "link-over": _("Bu bağlantı artık geçerli değil."),
    "job-given-up": _("Beklenmeyen bir hata oluştu. Kayıt no ile bize yazın; yarım kalan bir şey yok."),
    "last-admin": _(
        "Firmanın son yöneticisi çıkarılamaz ve rolü değiştirilemez. Önce başka birini yönetici yapın."
    ),
    "no-recipients": _("Gönderilecek alıcı kalmadı: bütün numaralar ret listesinde."),
    "not-found": _("Kayıt bulunamadı."),
    "own-application": _(
        "Kendi yaptığınız başvuruyu onaylayamazsınız; başka bir inceleyen karar vermelidir."
    ),
    "opt-out-from-iys": _(
        "İYS'den gelen ret burada kaldırılamaz; alıcı İYS'de onay verirse kendiliğinden kalkar."
    ),
    "password-not-repeated": _("Parolalar aynı değil."),
    "password-too-common": _("Bu parola çok yaygın; tahmin edilmesi kolay. Başka bir parola seçin."),
    "password-too-long": _("Parola en fazla 1.024 karakter olabilir."),
    "password-too-plain": _("Parola en az bir harf ve bir rakam içermelidir."),
    "password-too-short": _("Parola en az {minimum} karakter olmalıdır."),
    "payload-too-large": _("İstek çok büyük. Daha kısa bir metin ya da daha az alıcı deneyin."),
    "proof-needed": _(
        "Bu işlem için son 10 dakika içinde giriş yapmış olmanız gerekir. Yeniden giriş yapın."
    ),
    "rate-limit": _("Çok fazla istek geldi. {retry_after} saniye sonra yeniden deneyin."),
    "second-factor-not-pending": _("Başlatılmış bir kurulum yok. Kurulumu yeniden başlatın."),
    "second-factor-off": _("İki adımlı doğrulama kapalı."),
    "reason-too-long": _("Açıklama en fazla 500 karakter olabilir."),
    "sender-in-use": _("Onaylanmış bir başlık silinemez."),
    "sender-not-approved": _("Bu başlık onaylı değil. Onaylı bir başlık seçin."),
    "several": _("Formda düzeltilmesi gerekenler var."),
    "template-known": _("Bu adla bir şablonunuz zaten var."),
    "too-late": _("Mesaj artık iptal edilemez; gönderimi başlamış veya bitmiş."),
    "too-long": _("En çok {longest} karakter olabilir."),
    "too-many-attempts": _("Çok fazla deneme yapıldı. {retry_after} saniye sonra yeniden deneyin."),
    "too-many-numbers": _("Tek seferde en çok 10.000 numara yapıştırılır; daha fazlası için dosya yükleyin."),
    "too-many-templates": _("En çok 1.000 şablonunuz olabilir."),
    "too-many-documents": _("Belgeler için yeriniz doldu. Reddedilen başvurularınızı silip yeniden deneyin."),
    "too-many-invitations": _(
        "Çok fazla davet iletisi gönderildi. {retry_after} saniye sonra yeniden deneyin."
    ),
    "unauthenticated": _("Oturumunuz kapanmış. Yeniden giriş yapın."),
    "unencodable": _("Mesajda bu sağlayıcının gönderemediği karakterler var."),
    "unknown-challenge": _("Bu adımın süresi doldu. Yeniden giriş yapın."),
    "unknown-gateway": _("Hesabınız için tanımlı bir sağlayıcı yok. Destek ekibine başvurun."),
    "unknown-variable": _("Metindeki {name} alanı listede yok. Listedeki alanlar: {known}."),
    "unknown-role": _("Listeden bir rol seçin."),
    "unsupported-media-type": _("Bu içerik türü kabul edilmiyor."),
    "wrong-password": _("Parola hatalı."),
    "yourself": _("Bunu kendi hesabınızda yapamazsınız; başka bir yöneticiden isteyin."),
}


def sentence(refusal: DomainError) -> str:
    return str(SENTENCES[refusal.code]).format_map(vars(refusal))


def show(form: Form, refusal: DomainError) -> None:
    """Each refusal beside its field, or above the form where it has none."""
    for each in refusal.each if isinstance(refusal, Several) else (refusal,):
        form.add_error(each.field if each.field in form.fields else None, sentence(each))
