"""Accounts as people are told of them: tone, icon and word of each state, for every screen that shows one."""

from gateways.circuit import Standing
from gateways.models import GatewayAccount

State = GatewayAccount.State

STATES = {
    State.OPERATIONAL: ("ok", "basarili", State.OPERATIONAL.label),
    State.DEGRADED: ("warn", "uyari", State.DEGRADED.label),
    State.DOWN: ("bad", "kapat", State.DOWN.label),
    State.DISABLED: ("", "aski", State.DISABLED.label),
}
CIRCUITS = {
    Standing.FINE: ("ok", "basarili", "Sorunsuz"),
    Standing.RESTS: ("warn", "aski", "Dinleniyor"),
    Standing.TRIED: ("info", "bekliyor", "Deneniyor"),
    Standing.NEEDS_STAFF: ("bad", "uyari", "Müdahale gerekiyor"),
}
REASONS = {"answers lost": "arka arkaya yanıt alınamadı"}  # ours; the others are the operators' own words


def reason(said: str) -> str:
    """Why an account rests."""
    return REASONS.get(said, said)
