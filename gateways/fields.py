"""A model field for credentials: a dict to the code, ciphertext to the database, a blank to all eyes."""

from typing import TYPE_CHECKING, Any

import orjson
from django.core.exceptions import ValidationError
from django.db import models

from smsmerkezi.core import crypto


class Credentials(dict[str, str]):
    """Never shows its values, however it is printed."""

    def __repr__(self) -> str:
        return f"<Credentials: {len(self)}>"

    __str__ = __repr__


if TYPE_CHECKING:
    TextField = models.TextField[Any, Any]
else:
    TextField = models.TextField


class CredentialsField(TextField):
    description = "Encrypted mapping of names to secrets"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": Credentials, "blank": True, **kwargs})

    def from_db_value(self, value: str | None, *_: Any) -> Credentials:
        return Credentials(orjson.loads(crypto.decrypt(value))) if value else Credentials()

    def to_python(self, value: Any) -> Credentials:
        if not isinstance(value, dict) or not all(
            isinstance(word, str) for pair in value.items() for word in pair
        ):
            raise ValidationError("Kimlik bilgileri ad ve değer çiftlerinden oluşmalıdır.")
        return Credentials(value)

    def get_prep_value(self, value: Any) -> str:
        return crypto.encrypt(orjson.dumps(dict(self.to_python(value or {}))).decode())

    def value_to_string(self, obj: models.Model) -> str:
        """For dumps and other exports: ciphertext."""
        return self.get_prep_value(self.value_from_object(obj))
