import pytest

from smsmerkezi import env


@pytest.fixture
def given(monkeypatch):
    monkeypatch.delenv("X_FILE", raising=False)
    monkeypatch.delenv("X", raising=False)
    return lambda value, name="X": monkeypatch.setenv(name, value)


def refusal(reader, *arguments, **named) -> str:
    """What the start stops with: one sentence that names the variable and where it is described."""
    with pytest.raises(SystemExit) as stopped:
        reader(*arguments, **named)
    said = str(stopped.value)
    assert said.startswith("Setting X")
    assert said.endswith("See docs/settings.md.")
    return said


class TestText:
    def test_is_what_the_variable_says_else_the_default(self, given):
        assert env.text("X", "usual") == "usual"
        given("mine")
        assert env.text("X", "usual") == "mine"

    def test_without_either_the_start_stops(self, given):
        assert "is required" in refusal(env.text, "X")

    def test_a_file_wins_over_the_variable_and_loses_its_line_end(self, given, tmp_path):
        (tmp_path / "secret").write_text("ğizli\n", encoding="utf-8")
        given("plain")
        given(str(tmp_path / "secret"), "X_FILE")
        assert env.text("X") == "ğizli"

    def test_a_path_may_be_left_out(self, given):
        assert env.path("X") is None
        given("here/there.jsonl")
        assert env.path("X").name == "there.jsonl"

    def test_a_file_that_cannot_be_read_stops_the_start_without_its_content(self, given, tmp_path):
        given(str(tmp_path / "missing"), "X_FILE")
        assert "X_FILE" in refusal(env.text, "X")


@pytest.mark.parametrize(
    ("value", "meant"),
    [("1", True), ("TRUE", True), ("yes", True), ("On", True), ("0", False), ("no", False), ("", False)],
)
def test_a_flag_is_written_in_many_ways(given, value, meant):
    given(value)
    assert env.flag("X", default=not meant) is meant


def test_a_flag_has_a_default(given):
    assert env.flag("X", default=True) is True
    assert env.flag("X", default=False) is False


@pytest.mark.parametrize("value", ["2", "evet", "tru", "1.0"])
def test_what_is_no_flag_stops_the_start(given, value):
    given(value)
    assert repr(value) in refusal(env.flag, "X", default=False)


def test_a_number_may_have_a_fraction_and_a_minimum(given):
    given("1.5")
    assert env.number("X", 3) == 1.5
    assert "at least 2" in refusal(env.number, "X", 3, minimum=2)


@pytest.mark.parametrize("value", ["", "on", "1,5", "0x10", "nan", "inf", "-inf"])
def test_what_is_no_number_stops_the_start(given, value):
    given(value)
    refusal(env.number, "X", 1)


def test_words_are_separated_by_commas_and_trimmed(given):
    assert env.words("X") == []
    given(" a, b ,,c ")
    assert env.words("X") == ["a", "b", "c"]


def test_a_rate_is_so_many_a_minute(given):
    assert env.rate("X", "60/min") == (60, 60)
    given("5/min")
    assert env.rate("X", "60/min") == env.Rate(5, 60)


@pytest.mark.parametrize(
    "value", ["", "0/min", "-1/min", "60", "60/s", "60/minute", " 60/min", "1e3/min", "60/min\n"]
)
def test_what_is_no_rate_stops_the_start(given, value):
    given(value)
    refusal(env.rate, "X", "60/min")


def test_a_databases_address_is_taken_apart(given):
    given("postgresql://k%C4%B1rm%C4%B1z%C4%B1:p%40ss%2Fword@db.example:6543/sms%20merkezi")
    assert env.database("X") == {
        "NAME": "sms merkezi", "USER": "kırmızı", "PASSWORD": "p@ss/word", "HOST": "db.example", "PORT": 6543,
    }  # fmt: skip


def test_parts_of_it_may_be_left_to_the_driver(given):
    given("postgres:///sms")
    assert env.database("X") == {"NAME": "sms", "USER": "", "PASSWORD": "", "HOST": "", "PORT": 5432}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "mysql://a@b/c",
        "postgres://a@b",
        "postgres://a@b/",
        "postgres://a@b:x/c",
        "postgres://a@b:99999/c",
        "sms",
    ],
)
def test_what_is_no_database_stops_the_start_without_repeating_a_password(given, value):
    given(value.replace("a@", "a:gizli@"))
    assert "gizli" not in refusal(env.database, "X")


@pytest.mark.parametrize("value", ["redis://127.0.0.1:6379/0", "rediss://h", "unix:///run/redis.sock"])
def test_redis_is_named_by_a_url(given, value):
    given(value)
    assert env.redis("X") == value


@pytest.mark.parametrize("value", ["", "127.0.0.1:6379", "http://h"])
def test_what_is_no_redis_stops_the_start(given, value):
    given(value)
    refusal(env.redis, "X")
