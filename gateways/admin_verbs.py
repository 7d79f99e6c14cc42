"""What staff do with an account: each is one call of `gateways.setup`, with a line in the trail."""

from typing import Any

from gateways import circuit, setup
from gateways.admin_forms import AccountForm, CredentialsForm, NewAccountForm
from gateways.models import Circuit, GatewayAccount
from smsmerkezi.backoffice.verbs import SAVE, Verb
from smsmerkezi.core.changes import Changes
from tenants import audit, firms


def circuit_of(row: GatewayAccount) -> Circuit | None:
    """None for an account that has never failed."""
    return getattr(row, "circuit", None)


def rests(row: GatewayAccount) -> bool:
    return circuit.standing(circuit_of(row)) != circuit.Standing.FINE


def _trail(by: Any) -> setup.Note:
    def note(account: GatewayAccount, action: str, changes: Changes) -> None:
        firm = firms.find(account.owner) if account.owner else None
        audit.record(
            by=by, action=action, entity=account, tenant=firm, changes=changes, meta={"slug": account.slug}
        )

    return note


def create(by: Any, _row: None, data: dict[str, Any]) -> str:
    names = {name: data.pop(name) for name in ("vendor", "slug")}
    firm = data.pop("owner")
    account = setup.create(
        **names, details=setup.Details(**data), owner=firm.pk if firm else None, note=_trail(by)
    )
    return f"{account} açıldı. Kimlik bilgilerini girin."


def change(by: Any, row: GatewayAccount, data: dict[str, Any]) -> str:
    setup.change(account_id=row.pk, details=setup.Details(**data), note=_trail(by))
    return "Hesap güncellendi."


def set_credentials(by: Any, row: GatewayAccount, data: dict[str, Any]) -> str:
    setup.set_credentials(account_id=row.pk, values=data, note=_trail(by))
    return "Kimlik bilgileri kaydedildi."


def make_default(by: Any, row: GatewayAccount, _data: dict[str, Any]) -> str:
    setup.make_default(account_id=row.pk, note=_trail(by))
    return f"Varsayılan sağlayıcı artık {row}."


def try_out(by: Any, row: GatewayAccount, _data: dict[str, Any]) -> str:
    told = setup.try_out(row)
    held = ", ".join(f"{balance.amount} {balance.unit}" for balance in told.balance)
    names = ", ".join(sender.label for sender in told.senders or ())
    senders = f" Başlıklar: {names or 'yok'}." if told.senders is not None else ""
    return f"Bağlantı kuruldu. Bakiye: {held or 'bildirilmiyor'}.{senders}"


def renew_callback(by: Any, row: GatewayAccount, _data: dict[str, Any]) -> str:
    return setup.renew_callback(account_id=row.pk, note=_trail(by))


def speak_again(by: Any, row: GatewayAccount, _data: dict[str, Any]) -> str:
    setup.speak_again(account_id=row.pk, note=_trail(by))
    return f"{row} yeniden deneniyor."


OFFERS = (
    Verb("create", "Yeni hesap", create, NewAccountForm, icon="ekle", fresh=True),
    Verb("edit", "Düzenle", change, AccountForm, icon="duzenle", button=SAVE),
    Verb("credentials", "Kimlik bilgileri", set_credentials, CredentialsForm, icon="anahtar", button=SAVE),
    Verb(
        "try",
        "Bağlantıyı dene",
        try_out,
        icon="saglayici",
        hint="Sağlayıcıdan bakiye ve başlıklar sorulur; mesaj gönderilmez.",
    ),
    Verb(
        "speak",
        "Yeniden dene",
        speak_again,
        icon="gonder",
        hint="Bekletme hemen biter ve kuyruktakiler bu hesaba verilir. Nedeni sürüyorsa hesap yeniden dinlendirilir.",
        fits=rests,
        unfit="Hesap zaten kullanımda; bekletilmiyor.",
    ),
    Verb(
        "callback",
        "Geri bildirim adresi",
        renew_callback,
        icon="baglanti",
        hint="Sağlayıcının iletim raporlarını kendiliğinden göndereceği yeni bir adres üretilir ve bir kez gösterilir.",
        warning="Şimdiki adres hemen geçersiz olur; yenisini sağlayıcıya verene dek bildirimleri reddedilir.",
        button="Yeni adres üret",
        reveals="Yeni adres hazır, eskisi artık geçersiz. Bu sayfadan ayrılınca bir daha gösterilmez: şimdi kopyalayıp "
        "sağlayıcıya verin. Adresi bilen herkes sağlayıcı adına bildirim gönderebilir.",
    ),
    Verb(
        "default",
        "Varsayılan yap",
        make_default,
        hint="Sağlayıcı seçmemiş bütün firmalar bundan gönderir.",
        fits=lambda row: not row.is_default and row.owner is None,
    ),
)
