"""#6-#8 and the token itself (contract A2, security §5.1)."""

from datetime import timedelta

import pytest

from smsmerkezi.core import clock
from tenants import tokens
from tenants.actors import Actor
from tenants.models import ApiToken, AuditEntry, RateWindow, Tenant
from tests import factories
from tests.api import doors
from tests.api.doors import is_problem, is_unauthenticated

SECRET = "a" * 40


def number_of(door: doors.Door) -> int:
    return int(door.headers["Authorization"].removeprefix("Bearer ").split("|")[0])


class TestATokenThatIsNone:
    @pytest.mark.parametrize(
        "header",
        [
            "", "Bearer", "Bearer ", f"Bearer {SECRET}", f"Bearer |{SECRET}", f"Bearer 0|{SECRET}",
            f"Bearer -1|{SECRET}", f"Bearer 1|{SECRET}x", f"Bearer 1|{SECRET[1:]}", f"Bearer 1 |{SECRET}",
            f"Bearer 1|{SECRET[1:]}ı", f"Bearer {'9' * 30}|{SECRET}", f"Bearer 1|{SECRET}, Bearer 1|{SECRET}",
            f"Basic 1|{SECRET}", "Bearer 1|' OR 1=1 --", f"1|{SECRET}", f"Bearer ١|{SECRET}",
        ],
    )  # fmt: skip
    def test_opens_nothing(self, firm, header):
        is_unauthenticated(doors.Door(Authorization=header.encode().decode("latin-1")).get("/v1/balance"))

    def test_neither_does_a_session(self, firm):
        door = doors.Door()
        door.client.force_login(factories.user(firm))
        is_unauthenticated(door.get("/v1/balance"))
        is_unauthenticated(door.send())

    def test_the_word_bearer_may_be_written_in_any_case(self, firm):
        plain = factories.token(factories.user(firm))
        assert doors.Door(Authorization=f"bearer {plain}").get("/v1/balance").status_code == 200


class TestALivingToken:
    def test_is_dead_with_the_answer_to_its_revocation(self, door):
        is_unauthenticated_after = door.delete(f"/v1/tokens/{number_of(door)}")
        assert is_unauthenticated_after.json() == {"status": "revoked"}
        for answer in (door.get("/v1/tokens"), door.send(), door.get("/v1/sms")):
            is_unauthenticated(answer)

    def test_is_dead_while_its_owner_is_inactive(self, firm):
        owner = factories.user(firm)
        door = doors.Door(factories.token(owner))
        owner.is_active = False
        owner.save()
        is_unauthenticated(door.get("/v1/balance"))
        owner.is_active = True
        owner.save()
        assert door.get("/v1/balance").status_code == 200

    def test_is_dead_while_its_firm_is_suspended(self, firm, door):
        Tenant.objects.filter(pk=firm.pk).update(state=Tenant.State.SUSPENDED)
        is_unauthenticated(door.get("/v1/balance"))
        is_unauthenticated(door.send())

    def test_cannot_be_used_with_another_ones_secret(self, firm):
        mine, other = (factories.token(factories.user(firm)) for _ in range(2))
        is_unauthenticated(doors.Door(f"{mine.split('|')[0]}|{other.split('|')[1]}").get("/v1/balance"))

    def test_is_kept_only_as_a_hash(self, firm):
        plain = factories.token(factories.user(firm))
        row = ApiToken.objects.values().get(pk=int(plain.split("|")[0]))
        assert plain.split("|")[1] not in str(row)

    def test_is_not_counted_when_somebody_guesses_at_its_secret(self, door):
        guess = doors.Door(f"{number_of(door)}|{SECRET}")
        for _ in range(3):
            is_unauthenticated(guess.get("/v1/balance"))
        assert door.get("/v1/balance")["X-RateLimit-Remaining"] == "59"

    def test_leaves_no_window_behind_where_there_is_no_token(self, firm):
        doors.Door(f"999999|{SECRET}").get("/v1/balance")
        assert not RateWindow.objects.exists()


class TestLastUse:
    def used_at(self, door):
        return ApiToken.objects.get(pk=number_of(door)).last_used_at

    def test_is_unknown_before_the_first_call_and_written_with_it(self, door):
        assert self.used_at(door) is None
        door.get("/v1/balance")
        assert clock.now() - self.used_at(door) < timedelta(minutes=1)

    def test_is_written_at_most_once_a_minute(self, door):
        half_a_minute_ago = clock.now() - timedelta(seconds=30)
        ApiToken.objects.update(last_used_at=half_a_minute_ago)
        door.get("/v1/balance")
        assert self.used_at(door) == half_a_minute_ago

    def test_is_written_again_after_a_minute(self, door):
        ApiToken.objects.update(last_used_at=clock.now() - timedelta(seconds=61))
        door.get("/v1/balance")
        assert clock.now() - self.used_at(door) < timedelta(seconds=30)

    def test_is_not_written_by_a_wrong_secret(self, door):
        doors.Door(f"{number_of(door)}|{SECRET}").get("/v1/balance")
        assert self.used_at(door) is None


class TestTheList:
    def test_shows_ones_own_tokens_newest_first_and_no_secret(self, firm):
        owner = factories.user(firm)
        plain = [factories.token(owner, name=name) for name in ("eski", "yeni")]
        factories.token(factories.user(firm), name="iş arkadaşının")
        answer = doors.Door(plain[0]).get("/v1/tokens")
        assert [row["name"] for row in answer.json()["data"]] == ["yeni", "eski"]
        assert not any(each.split("|")[1] in answer.content.decode() for each in plain)

    def test_is_open_to_a_token_of_any_ability(self, firm):
        assert doors.door(firm, "balance:read", role="viewer").get("/v1/tokens").status_code == 200


class TestCreation:
    def test_gives_a_token_that_works_and_can_do_no_more_than_it_says(self, door):
        made = door.post("/v1/tokens", {"name": "CRM", "abilities": ["balance:read"]}).json()
        new = doors.Door(made["plain_text_token"])
        assert new.get("/v1/balance").status_code == 200
        is_problem(new.get("/v1/sms"), 403, "forbidden")
        is_problem(new.post("/v1/tokens", {"name": "x", "abilities": ["*"]}), 403, "forbidden")

    def test_writes_one_audit_entry_without_the_secret(self, door, firm):
        made = door.post("/v1/tokens", {"name": "CRM", "abilities": ["sms:read", "sms:read"]}).json()
        assert made["abilities"] == ["sms:read"]
        entry = AuditEntry.objects.get(action="token.created", entity_id=made["id"])
        assert (entry.tenant_id, entry.token_id) == (firm.pk, number_of(door))
        assert made["plain_text_token"].split("|")[1] not in str(entry.__dict__)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"name": "", "abilities": ["*"]}, "name"),
            ({"name": " \t", "abilities": ["*"]}, "name"),
            ({"name": "x" * 65, "abilities": ["*"]}, "name"),
            ({"name": 5.5, "abilities": ["*"]}, "name"),
            ({"name": None, "abilities": ["*"]}, "name"),
            ({"name": ["x"], "abilities": ["*"]}, "name"),
            ({"name": "a\x00b", "abilities": ["*"]}, "name"),
            ({"abilities": ["*"]}, "name"),
            ({"name": "CRM"}, "abilities"),
            ({"name": "CRM", "abilities": []}, "abilities"),
            ({"name": "CRM", "abilities": None}, "abilities"),
            ({"name": "CRM", "abilities": "*"}, "abilities"),
            ({"name": "CRM", "abilities": {"*": 1}}, "abilities"),
            ({"name": "CRM", "abilities": ["*"] * 5}, "abilities"),
            ({"name": "CRM", "abilities": ["sms.send"]}, "abilities.0"),
            ({"name": "CRM", "abilities": ["*", 5]}, "abilities.1"),
            ({"name": "CRM", "abilities": ["*", None]}, "abilities.1"),
            ({"name": "CRM", "abilities": ["*", {"a": 1}]}, "abilities.1"),
        ],
    )
    def test_refuses_and_names_the_field(self, door, body, field):
        before = ApiToken.objects.count(), AuditEntry.objects.count()
        said = is_problem(door.post("/v1/tokens", body), 422, "invalid-request", field)
        assert said["detail"] == said["errors"][field][0]
        assert "This" not in said["detail"]
        assert (ApiToken.objects.count(), AuditEntry.objects.count()) == before

    @pytest.mark.parametrize(
        "raw", [b" ", b"{", b"[]", b"null", b'{"name":"\xff"}', b'{"a":' * 40 + b"1" + b"}" * 40]
    )
    def test_needs_a_body_that_can_be_read(self, door, raw):
        is_problem(door.call("POST", "/v1/tokens", raw), 400, "bad-request")

    def test_without_a_body_names_what_is_missing(self, door):
        said = is_problem(door.call("POST", "/v1/tokens", b""), 422, "invalid-request")
        assert list(said["errors"]) == ["name", "abilities"]

    @pytest.mark.parametrize(
        "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    )
    def test_needs_json(self, door, media):
        is_problem(door.raw("POST", "/v1/tokens", b"name=a", media=media), 415, "unsupported-media-type")

    def test_counts_a_name_in_characters(self, door):
        made = door.post("/v1/tokens", {"name": "ğ" * 64, "abilities": ["*"]})
        assert made.status_code == 201

    def test_ignores_members_that_it_does_not_know(self, door, firm):
        stranger = factories.user(factories.tenant())
        body = {
            "name": "CRM",
            "abilities": ["sms:read"],
            "user": stranger.pk,
            "user_id": stranger.pk,
            "id": 5,
        }
        made = door.post("/v1/tokens", body).json()
        assert ApiToken.objects.get(pk=made["id"]).user.tenant_id == firm.pk


class TestRevocation:
    def test_writes_one_audit_entry(self, door):
        door.delete(f"/v1/tokens/{number_of(door)}")
        assert AuditEntry.objects.filter(action="token.revoked", entity_id=number_of(door)).count() == 1

    def test_twice_is_not_found_and_leaves_one_entry(self, door, firm):
        made = door.post("/v1/tokens", {"name": "CRM", "abilities": ["*"]}).json()
        assert door.delete(f"/v1/tokens/{made['id']}").status_code == 200
        is_problem(door.delete(f"/v1/tokens/{made['id']}"), 404, "not-found")
        assert AuditEntry.objects.filter(action="token.revoked").count() == 1

    def test_does_not_reach_a_colleagues_token(self, door, firm):
        plain = factories.token(factories.user(firm))
        is_problem(door.delete(f"/v1/tokens/{plain.split('|')[0]}"), 404, "not-found")
        assert doors.Door(plain).get("/v1/balance").status_code == 200

    @pytest.mark.parametrize("raw", ["abc", "-1", "1.0", "9" * 40, "٣", "%00", "1%20"])
    def test_of_an_id_that_is_none_is_not_found(self, door, raw):
        is_problem(door.delete(f"/v1/tokens/{raw}"), 404, "not-found")


class TestATokenThatIsBoundToAPlace:
    @pytest.fixture
    def bound(self, firm, settings) -> str:
        settings.TRUSTED_PROXIES = 1
        owner = factories.user(firm)
        by = Actor(firm, owner)
        return tokens.create(by=by, name="CRM", abilities=["*"], allowed_ips=["192.0.2.0/24"]).plain_text

    def at(self, plain: str, address: str) -> doors.Door:
        return doors.Door(plain, **{"X-Forwarded-For": address})

    @pytest.mark.parametrize("call", ["send", "get"])
    def test_opens_from_there_only(self, bound, call):
        def ask(address: str):
            door = self.at(bound, address)
            return door.send() if call == "send" else door.get("/v1/balance")

        assert ask("192.0.2.7").status_code in {200, 202}
        assert ask("::ffff:192.0.2.7").status_code in {200, 202}
        for elsewhere in ("198.51.100.7", "2001:db8::1", "", "unknown", "192.0.2.7, 198.51.100.7"):
            is_unauthenticated(ask(elsewhere))

    def test_makes_no_token_that_opens_from_elsewhere(self, bound):
        here = self.at(bound, "192.0.2.7")
        made = here.post("/v1/tokens", {"name": "Kaçak", "abilities": ["*"]}).json()
        is_unauthenticated(self.at(made["plain_text_token"], "198.51.100.7").get("/v1/balance"))
        assert self.at(made["plain_text_token"], "192.0.2.8").get("/v1/balance").status_code == 200

    def test_keeps_the_lists_body_as_the_contract_has_it(self, bound):
        row = self.at(bound, "192.0.2.7").get("/v1/tokens").json()["data"][0]
        assert list(row) == ["id", "name", "abilities", "last_used_at", "created_at"]


def test_a_token_whose_time_is_over_opens_nothing(firm):
    owner = factories.user(firm)
    end = clock.now() + timedelta(days=1)
    plain = tokens.create(by=Actor(firm, owner), name="CRM", abilities=["*"], expires_at=end).plain_text
    door = doors.Door(plain)
    made = door.post("/v1/tokens", {"name": "CRM", "abilities": ["*"]}).json()["plain_text_token"]
    assert doors.Door(made).get("/v1/balance").status_code == 200
    ApiToken.objects.filter(user=owner).update(expires_at=clock.now() - timedelta(hours=1))
    for each in (door, doors.Door(made)):
        is_unauthenticated(each.get("/v1/balance"))
        is_unauthenticated(each.send())
