"""Fields of request bodies that DRF's own would take too loosely."""

from typing import Any

from rest_framework import serializers


class Text(serializers.CharField):
    """DRF's own takes numbers, too."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """`true` or `false`; DRF's own takes "yes" and 1, too."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data
