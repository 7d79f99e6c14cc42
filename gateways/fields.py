"""A model field for credentials: a dict to the code, ciphertext to the database, a blank to all eyes."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import orjson
from django.core.exceptions import ValidationError
from django.db import models

from smsmerkezi.core import crypto


class Credentials(Mapping[str, str]):
    """Never shows its values, however it is printed.

    Ciphertext stays sealed until somebody asks, so that one account whose key is lost stops no other. Asking raises
    crypto.Undecryptable then.
    """

    def __init__(self, values: Mapping[str, str] | None = None, *, sealed: str = "") -> None:
        self._sealed = sealed
        self._values = None if sealed else dict(values or {})

    @property
    def opened(self) -> dict[str, str]:
        if self._values is None:
            self._values = orjson.loads(crypto.decrypt(self._sealed))
        return self._values

    def __getitem__(self, name: str) -> str:
        return self.opened[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.opened)

    def __len__(self) -> int:
        return len(self.opened)

    def __repr__(self) -> str:
        return "<Credentials>"


if TYPE_CHECKING:
    TextField = models.TextField[Any, Any]
else:
    TextField = models.TextField


class CredentialsField(TextField):
    description = "Encrypted mapping of names to secrets"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": Credentials, "blank": True, **kwargs})

    def from_db_value(self, value: str | None, *_: Any) -> Credentials:
        return Credentials(sealed=value or "")

    def to_python(self, value: Any) -> Credentials:
        if not isinstance(value, Mapping) or not all(
            isinstance(word, str) for pair in value.items() for word in pair
        ):
            raise ValidationError("Kimlik bilgileri ad ve değer çiftlerinden oluşmalıdır.")
        return Credentials(value)

    def get_prep_value(self, value: Any) -> str:
        return crypto.encrypt(orjson.dumps(dict(self.to_python(value or {}))).decode())

    def value_to_string(self, obj: models.Model) -> str:
        """For dumps and other exports: ciphertext."""
        return self.get_prep_value(self.value_from_object(obj))
